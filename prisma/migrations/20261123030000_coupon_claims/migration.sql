CREATE TABLE `coupon_offer` (
  `id` CHAR(26) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `shelf` VARCHAR(20) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `hot` TINYINT(1) NOT NULL,
  `closesAt` DATETIME(3) NULL,
  `newDays` INT NULL,
  `claimed` INT NOT NULL DEFAULT 0,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `coupon_offer_templateId_key` (`templateId`),
  INDEX `coupon_offer_state_createdAt_idx` (`state`, `createdAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_release` (
  `offerId` CHAR(26) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `quantity` INT NOT NULL,
  PRIMARY KEY (`offerId`, `at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_public_code` (
  `id` CHAR(26) NOT NULL,
  `code` VARCHAR(32) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `perMember` INT NOT NULL,
  `maxUses` INT NOT NULL,
  `used` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(10) NOT NULL,
  `endsAt` DATETIME(3) NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `coupon_public_code_code_key` (`code`),
  INDEX `coupon_public_code_templateId_id_idx` (`templateId`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_code_use` (
  `codeId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `nth` INT NOT NULL,
  `requestKey` VARCHAR(36) NOT NULL,
  `usedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`codeId`, `memberId`, `nth`),
  UNIQUE INDEX `coupon_code_use_codeId_memberId_requestKey_key` (`codeId`, `memberId`, `requestKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_pool_code` (
  `code` VARCHAR(32) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `bulkId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NULL,
  `takenAt` DATETIME(3) NULL,
  PRIMARY KEY (`code`),
  INDEX `coupon_pool_code_templateId_memberId_idx` (`templateId`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_bulk` (
  `id` CHAR(26) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `templateId` CHAR(26) NULL,
  `fileId` CHAR(26) NOT NULL,
  `fileName` VARCHAR(255) NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `rowsTotal` INT NOT NULL DEFAULT 0,
  `rowsBad` INT NOT NULL DEFAULT 0,
  `rowsDone` INT NOT NULL DEFAULT 0,
  `worth` BIGINT NOT NULL DEFAULT 0,
  `problem` VARCHAR(200) NULL,
  `requestedBy` CHAR(26) NOT NULL,
  `requestedAt` DATETIME(3) NOT NULL,
  `decidedBy` CHAR(26) NULL,
  `decidedAt` DATETIME(3) NULL,
  `decision` VARCHAR(200) NULL,
  `finishedAt` DATETIME(3) NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `coupon_bulk_requestedBy_id_idx` (`requestedBy`, `id`),
  INDEX `coupon_bulk_state_id_idx` (`state`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_bulk_row` (
  `bulkId` CHAR(26) NOT NULL,
  `line` INT NOT NULL,
  `subject` VARCHAR(64) NOT NULL,
  `target` VARCHAR(32) NULL,
  `state` VARCHAR(6) NOT NULL,
  `reason` VARCHAR(20) NULL,
  PRIMARY KEY (`bulkId`, `line`),
  INDEX `coupon_bulk_row_bulkId_state_line_idx` (`bulkId`, `state`, `line`),
  INDEX `coupon_bulk_row_bulkId_target_idx` (`bulkId`, `target`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
