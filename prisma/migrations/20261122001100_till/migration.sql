CREATE TABLE `till` (
  `id` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `tillCode` VARCHAR(32) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `keySealed` VARCHAR(255) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `lastSeenAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `till_storeCode_tillCode_key` (`storeCode`, `tillCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_request` (
  `tillId` CHAR(26) NOT NULL,
  `requestKey` VARCHAR(64) NOT NULL,
  `operation` VARCHAR(20) NOT NULL,
  `bodyHash` CHAR(43) NOT NULL,
  `replyJson` TEXT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tillId`, `requestKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_sale` (
  `docKey` VARCHAR(190) NOT NULL,
  `tillId` CHAR(26) NOT NULL,
  `documentId` CHAR(26) NULL,
  `memberId` CHAR(26) NULL,
  `couponId` CHAR(26) NULL,
  `discount` INT NOT NULL DEFAULT 0,
  `state` VARCHAR(20) NOT NULL,
  `committedAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  PRIMARY KEY (`docKey`),
  INDEX `till_sale_tillId_committedAt_idx` (`tillId`, `committedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `till_sale_line` (
  `docKey` VARCHAR(190) NOT NULL,
  `lineNo` INT NOT NULL,
  `productCode` VARCHAR(64) NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `unit` VARCHAR(20) NULL,
  `quantity` DECIMAL(18,4) NOT NULL,
  `unitPrice` DECIMAL(18,4) NOT NULL,
  `discount` DECIMAL(18,4) NOT NULL,
  `net` DECIMAL(18,4) NOT NULL,
  `isGift` TINYINT(1) NOT NULL DEFAULT 0,
  `returnedQuantity` DECIMAL(18,4) NOT NULL DEFAULT 0,
  PRIMARY KEY (`docKey`, `lineNo`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
