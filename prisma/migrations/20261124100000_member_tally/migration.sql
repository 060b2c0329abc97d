CREATE TABLE `member_tally` (
  `storeCode` VARCHAR(32) NOT NULL,
  `slot` INT NOT NULL,
  `members` INT NOT NULL,
  PRIMARY KEY (`storeCode`, `slot`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO `member_tally` (`storeCode`, `slot`, `members`)
SELECT COALESCE(`homeStoreCode`, ''), 0, COUNT(*) FROM `member` WHERE `state` = 'active' GROUP BY COALESCE(`homeStoreCode`, '');

CREATE INDEX `member_enrolledAt_homeStoreCode_recruitedBy_idx` ON `member` (`enrolledAt`, `homeStoreCode`, `recruitedBy`);
DROP INDEX `member_enrolledAt_idx` ON `member`;

CREATE INDEX `member_request_fileId_idx` ON `member_request` (`fileId`);
