CREATE TABLE `till_shift` (
  `id` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NOT NULL,
  `openKey` VARCHAR(70) NULL,
  `closeKey` VARCHAR(120) NULL,
  `state` VARCHAR(10) NOT NULL,
  `openedAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  `businessDate` DATE NULL,
  `shiftNo` VARCHAR(32) NULL,
  `cashier` VARCHAR(64) NULL,
  `slipJson` MEDIUMTEXT NULL,
  `totalsJson` TEXT NULL,
  `differencesJson` MEDIUMTEXT NULL,
  `balanced` TINYINT(1) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `till_shift_open` (`openKey`),
  UNIQUE INDEX `till_shift_close` (`closeKey`),
  INDEX `till_shift_store` (`storeCode`, `openedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_entry` (
  `docKey` VARCHAR(190) NOT NULL,
  `shiftId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NOT NULL,
  `businessDate` DATE NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `documentId` CHAR(26) NULL,
  `memberId` CHAR(26) NULL,
  `cashier` VARCHAR(64) NULL,
  `net` INT NOT NULL DEFAULT 0,
  `withheld` VARCHAR(30) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`docKey`),
  INDEX `till_entry_shift` (`shiftId`),
  INDEX `till_entry_document` (`documentId`),
  INDEX `till_entry_member` (`memberId`, `businessDate`),
  INDEX `till_entry_till` (`storeCode`, `tillCode`, `businessDate`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_count` (
  `subject` VARCHAR(12) NOT NULL,
  `subjectId` VARCHAR(110) NOT NULL,
  `businessDate` DATE NOT NULL,
  `receipts` INT NOT NULL DEFAULT 0,
  `redemptions` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`subject`, `subjectId`, `businessDate`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_hold` (
  `id` CHAR(26) NOT NULL,
  `shiftId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NOT NULL,
  `label` VARCHAR(40) NOT NULL,
  `cashier` VARCHAR(32) NOT NULL,
  `memberCodeSealed` VARCHAR(255) NULL,
  `couponsJson` TEXT NOT NULL,
  `linesJson` MEDIUMTEXT NOT NULL,
  `lineCount` INT NOT NULL,
  `total` INT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `heldAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `till_hold_till` (`storeCode`, `tillCode`, `state`),
  INDEX `till_hold_shift` (`shiftId`, `state`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_fraud_rules` (
  `version` INT NOT NULL,
  `rulesJson` TEXT NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `staff_card` (
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `note` VARCHAR(60) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_alert` (
  `id` CHAR(26) NOT NULL,
  `alertKey` VARCHAR(190) NOT NULL,
  `openKey` VARCHAR(170) NULL,
  `kind` VARCHAR(30) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NULL,
  `memberId` CHAR(26) NULL,
  `cashier` VARCHAR(64) NULL,
  `businessDate` DATE NOT NULL,
  `factsJson` TEXT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `note` VARCHAR(300) NULL,
  `closedBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `till_alert_key` (`alertKey`),
  UNIQUE INDEX `till_alert_open` (`openKey`),
  INDEX `till_alert_state` (`state`, `createdAt`, `id`),
  INDEX `till_alert_time` (`createdAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `receipt_invoice` (
  `documentId` CHAR(26) NOT NULL,
  `docKey` VARCHAR(190) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `invoiceNo` VARCHAR(64) NOT NULL,
  `amount` INT NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `redAmount` INT NOT NULL DEFAULT 0,
  `redNo` VARCHAR(64) NULL,
  `issuedBy` VARCHAR(32) NOT NULL,
  `issuedAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`documentId`),
  UNIQUE INDEX `receipt_invoice_key` (`docKey`),
  INDEX `receipt_invoice_state` (`state`, `updatedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `desk_redemption` (
  `id` CHAR(26) NOT NULL,
  `requestKey` VARCHAR(64) NOT NULL,
  `docKey` VARCHAR(190) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NOT NULL,
  `receiptNo` VARCHAR(64) NOT NULL,
  `shiftId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `couponId` CHAR(26) NOT NULL,
  `couponCode` VARCHAR(32) NOT NULL,
  `couponName` VARCHAR(60) NOT NULL,
  `amount` INT NOT NULL,
  `discount` INT NOT NULL,
  `staffId` CHAR(26) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `undoneAt` DATETIME(3) NULL,
  `undoneBy` CHAR(26) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `desk_redemption_request` (`requestKey`),
  INDEX `desk_redemption_store` (`storeCode`, `at`),
  INDEX `desk_redemption_doc` (`docKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
