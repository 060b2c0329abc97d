CREATE TABLE `points_account` (
  `memberId` CHAR(26) NOT NULL,
  `balance` INT NOT NULL DEFAULT 0,
  `earned` INT NOT NULL DEFAULT 0,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`),
  INDEX `points_account_balance_memberId_idx` (`balance`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_entry` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `amount` INT NOT NULL,
  `balanceAfter` INT NOT NULL,
  `reason` VARCHAR(20) NOT NULL,
  `key` VARCHAR(100) NOT NULL,
  `documentId` CHAR(26) NULL,
  `note` VARCHAR(200) NULL,
  `staffId` CHAR(26) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `points_entry_key_key` (`key`),
  INDEX `points_entry_memberId_id_idx` (`memberId`, `id`),
  INDEX `points_entry_documentId_idx` (`documentId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_document` (
  `documentId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NULL,
  `points` INT NOT NULL DEFAULT 0,
  `revision` INT NOT NULL DEFAULT 0,
  `version` INT NOT NULL DEFAULT 0,
  `settledAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`documentId`),
  INDEX `points_document_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_exclusion` (
  `kind` VARCHAR(20) NOT NULL,
  `value` VARCHAR(64) NOT NULL,
  PRIMARY KEY (`kind`, `value`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
