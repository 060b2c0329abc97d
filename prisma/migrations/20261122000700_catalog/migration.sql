CREATE TABLE `store` (
  `code` VARCHAR(32) NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `type` VARCHAR(20) NOT NULL,
  `district` VARCHAR(64) NULL,
  `address` VARCHAR(200) NULL,
  `status` VARCHAR(20) NOT NULL,
  `closedFrom` DATE NULL,
  `closedUntil` DATE NULL,
  `provisional` TINYINT(1) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`code`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `category` (
  `code` VARCHAR(64) NOT NULL,
  `parentCode` VARCHAR(64) NULL,
  `name` VARCHAR(100) NOT NULL,
  `level` INT NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`code`),
  INDEX `category_parent` (`parentCode`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `product` (
  `code` VARCHAR(64) NOT NULL,
  `name` VARCHAR(200) NOT NULL,
  `spec` VARCHAR(64) NULL,
  `unit` VARCHAR(16) NULL,
  `categoryCode` VARCHAR(64) NULL,
  `brand` VARCHAR(64) NULL,
  `barcode` VARCHAR(32) NULL,
  `listPrice` DECIMAL(18,4) NULL,
  `kind` VARCHAR(20) NOT NULL,
  `weighed` TINYINT(1) NOT NULL,
  `status` VARCHAR(20) NOT NULL,
  `provisional` TINYINT(1) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`code`),
  INDEX `product_category` (`categoryCode`),
  INDEX `product_barcode` (`barcode`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
