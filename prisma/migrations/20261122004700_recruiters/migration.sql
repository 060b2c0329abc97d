CREATE TABLE `channel_enrolment` (
  `memberId` CHAR(26) NOT NULL,
  `codeId` CHAR(26) NOT NULL,
  `touchedAt` DATETIME(3) NOT NULL,
  `enrolledAt` DATETIME(3) NOT NULL,
  `enrolledOn` DATE NOT NULL,
  PRIMARY KEY (`memberId`),
  INDEX `channel_enrolment_codeId_touchedAt_memberId_idx` (`codeId`, `touchedAt`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `member` ADD COLUMN `recruiterName` VARCHAR(64) NULL AFTER `recruitedBy`;
