CREATE TABLE `reward_store_stock` (
  `productId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `stock` INT NOT NULL,
  `taken` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`productId`, `storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `reward_picture` (
  `id` CHAR(26) NOT NULL,
  `fileId` CHAR(26) NOT NULL,
  `mediaType` VARCHAR(40) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
