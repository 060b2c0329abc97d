CREATE TABLE `segment` (
  `id` CHAR(26) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `note` VARCHAR(200) NOT NULL,
  `rulesJson` TEXT NOT NULL,
  `wholeChain` TINYINT(1) NOT NULL,
  `lastCount` INT NULL,
  `countedAt` DATETIME(3) NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `segment_name_key` (`name`),
  INDEX `segment_changedAt_id_idx` (`changedAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `segment_store` (
  `segmentId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  PRIMARY KEY (`segmentId`, `storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
