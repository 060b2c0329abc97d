ALTER TABLE `points_request` ADD COLUMN `kind` VARCHAR(12) NOT NULL DEFAULT 'adjustment';

CREATE TABLE `points_write_off` (
  `entryId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `points` INT NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `staffId` CHAR(26) NOT NULL,
  `approvedBy` CHAR(26) NULL,
  `day` DATE NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`entryId`),
  INDEX `points_write_off_day_idx` (`day`),
  INDEX `points_write_off_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
