-- Returns that the night's file tells, cards that are blocked at tills, what was revoked, and losses that are written off.
CREATE TABLE `till_told_return` (
  `docKey` VARCHAR(190) NOT NULL,
  `saleKey` VARCHAR(190) NOT NULL,
  `refunded` INT NOT NULL,
  `pointsBack` INT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`docKey`),
  INDEX `till_told_return_saleKey_idx` (`saleKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_block` (
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `alertId` CHAR(26) NOT NULL,
  `reason` VARCHAR(300) NOT NULL,
  `blockedBy` CHAR(26) NOT NULL,
  `blockedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`),
  INDEX `till_block_storeCode_idx` (`storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_revocation` (
  `id` CHAR(26) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `subject` VARCHAR(26) NOT NULL,
  `name` VARCHAR(70) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `reason` VARCHAR(200) NOT NULL,
  `ended` INT NOT NULL,
  `revokedBy` CHAR(26) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `till_revocation_storeCode_id_idx` (`storeCode`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `till_signing_key` ADD COLUMN `retiredAt` DATETIME(3) NULL;

ALTER TABLE `till_loss`
  ADD COLUMN `writtenOffAt` DATETIME(3) NULL,
  ADD COLUMN `writtenOffBy` CHAR(26) NULL,
  ADD COLUMN `writeOffReason` VARCHAR(200) NULL;
