CREATE TABLE `erp_source` (
  `id` CHAR(26) NOT NULL,
  `code` VARCHAR(32) NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `kind` VARCHAR(20) NOT NULL,
  `folder` VARCHAR(255) NULL,
  `enabled` TINYINT(1) NOT NULL,
  `maxBadPercent` INT NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `erp_source_code` (`code`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erp_mapping` (
  `id` CHAR(26) NOT NULL,
  `sourceId` CHAR(26) NOT NULL,
  `stream` VARCHAR(20) NOT NULL,
  `name` VARCHAR(100) NOT NULL,
  `filePattern` VARCHAR(200) NULL,
  `headerHash` VARCHAR(64) NULL,
  `definitionJson` LONGTEXT NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `erp_mapping_name` (`sourceId`, `stream`, `name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erp_import` (
  `id` CHAR(26) NOT NULL,
  `sourceId` CHAR(26) NOT NULL,
  `stream` VARCHAR(20) NOT NULL,
  `mappingJson` LONGTEXT NOT NULL,
  `fileId` CHAR(26) NOT NULL,
  `fileName` VARCHAR(255) NOT NULL,
  `fileHash` CHAR(64) NOT NULL,
  `guardKey` VARCHAR(160) NULL,
  `forced` TINYINT(1) NOT NULL,
  `version` BIGINT NOT NULL,
  `arrivedAt` DATETIME(3) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `stopRequested` TINYINT(1) NOT NULL,
  `leaseToken` CHAR(26) NULL,
  `leaseUntil` DATETIME(3) NULL,
  `rowsTotal` INT NOT NULL,
  `rowsRead` INT NOT NULL,
  `rowsBad` INT NOT NULL,
  `documentsTotal` INT NOT NULL,
  `documentsNew` INT NOT NULL,
  `documentsChanged` INT NOT NULL,
  `documentsSame` INT NOT NULL,
  `documentsOlder` INT NOT NULL,
  `documentsBad` INT NOT NULL,
  `rowsApplied` INT NOT NULL,
  `cursorKey` VARCHAR(190) NOT NULL,
  `errorJson` TEXT NULL,
  `createdBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `startedAt` DATETIME(3) NULL,
  `applyStartedAt` DATETIME(3) NULL,
  `finishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `erp_import_guard` (`guardKey`),
  INDEX `erp_import_state` (`state`, `leaseUntil`),
  INDEX `erp_import_hash` (`sourceId`, `fileHash`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erp_staged` (
  `importId` CHAR(26) NOT NULL,
  `documentKey` VARCHAR(190) NOT NULL,
  `section` INT NOT NULL,
  `part` INT NOT NULL,
  `rowCount` INT NOT NULL,
  `payload` LONGTEXT NOT NULL,
  PRIMARY KEY (`importId`, `documentKey`, `section`, `part`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erp_quarantine` (
  `id` CHAR(26) NOT NULL,
  `importId` CHAR(26) NOT NULL,
  `sourceId` CHAR(26) NOT NULL,
  `stream` VARCHAR(20) NOT NULL,
  `section` INT NOT NULL,
  `line` INT NOT NULL,
  `documentKey` VARCHAR(190) NULL,
  `storeCode` VARCHAR(32) NULL,
  `businessDate` DATE NULL,
  `reason` VARCHAR(40) NOT NULL,
  `field` VARCHAR(40) NULL,
  `value` VARCHAR(255) NULL,
  `problemsJson` TEXT NOT NULL,
  `valuesJson` TEXT NOT NULL,
  `editedJson` TEXT NULL,
  `state` VARCHAR(20) NOT NULL,
  `resolvedBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `resolvedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `erp_quarantine_line` (`importId`, `section`, `line`, `reason`),
  INDEX `erp_quarantine_state` (`state`, `reason`),
  INDEX `erp_quarantine_day` (`storeCode`, `businessDate`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `erp_drop` (
  `sourceId` CHAR(26) NOT NULL,
  `path` VARCHAR(255) NOT NULL,
  `size` BIGINT NOT NULL,
  `modifiedMs` BIGINT NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `importId` CHAR(26) NULL,
  `reason` VARCHAR(255) NULL,
  `seenAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`sourceId`, `path`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
