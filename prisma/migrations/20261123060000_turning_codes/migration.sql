-- Turning member codes, proofs at the till, signed codes for tills without a network, and what they may cost.
CREATE TABLE `member_code_device` (
  `handle` CHAR(9) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `deviceHash` VARCHAR(43) NOT NULL,
  `secretSealed` VARCHAR(255) NOT NULL,
  `previousSealed` VARCHAR(255) NULL,
  `previousUntil` DATETIME(3) NULL,
  `state` VARCHAR(10) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `rotatedAt` DATETIME(3) NOT NULL,
  `seenAt` DATETIME(3) NOT NULL,
  `revokedAt` DATETIME(3) NULL,
  PRIMARY KEY (`handle`),
  UNIQUE INDEX `member_code_device_memberId_deviceHash_key` (`memberId`, `deviceHash`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_proof` (
  `id` VARCHAR(40) NOT NULL,
  `tillId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `docKey` VARCHAR(190) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `till_proof_at_idx` (`at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_signing_key` (
  `kid` INT NOT NULL,
  `publicKey` CHAR(43) NOT NULL,
  `privateSealed` VARCHAR(255) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`kid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_terms` (
  `id` CHAR(26) NOT NULL,
  `termsJson` TEXT NOT NULL,
  `createdBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `till_terms_createdAt_id_idx` (`createdAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_loss` (
  `id` CHAR(26) NOT NULL,
  `docKey` VARCHAR(190) NOT NULL,
  `tillId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `businessDate` DATE NOT NULL,
  `memberId` CHAR(26) NULL,
  `kind` VARCHAR(10) NOT NULL,
  `subject` VARCHAR(32) NOT NULL,
  `amount` INT NOT NULL,
  `company` INT NOT NULL,
  `store` INT NOT NULL,
  `cause` VARCHAR(30) NOT NULL,
  `zh` VARCHAR(100) NOT NULL,
  `en` VARCHAR(100) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `till_loss_docKey_kind_subject_key` (`docKey`, `kind`, `subject`),
  INDEX `till_loss_storeCode_createdAt_idx` (`storeCode`, `createdAt`),
  INDEX `till_loss_tillId_businessDate_idx` (`tillId`, `businessDate`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_sale_points` (
  `docKey` VARCHAR(190) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `points` INT NOT NULL,
  `fen` INT NOT NULL,
  `back` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`docKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_offline_sale` (
  `docKey` VARCHAR(190) NOT NULL,
  `tillId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `businessDate` DATE NOT NULL,
  `soldAt` DATETIME(3) NOT NULL,
  `settledAt` DATETIME(3) NOT NULL,
  `memberId` CHAR(26) NULL,
  `given` INT NOT NULL,
  `lost` INT NOT NULL,
  PRIMARY KEY (`docKey`),
  INDEX `till_offline_sale_tillId_businessDate_idx` (`tillId`, `businessDate`),
  INDEX `till_offline_sale_storeCode_settledAt_idx` (`storeCode`, `settledAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
