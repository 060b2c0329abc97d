CREATE TABLE `staff` (
  `id` CHAR(26) NOT NULL,
  `username` VARCHAR(64) NOT NULL,
  `name` VARCHAR(64) NOT NULL,
  `role` VARCHAR(20) NOT NULL,
  `allStores` TINYINT(1) NOT NULL DEFAULT 0,
  `passwordHash` VARCHAR(200) NOT NULL,
  `mustChange` TINYINT(1) NOT NULL DEFAULT 1,
  `state` VARCHAR(20) NOT NULL DEFAULT 'active',
  `sessionEpoch` INT NOT NULL DEFAULT 0,
  `createdAt` DATETIME(3) NOT NULL,
  `lastLoginAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `staff_username_key` (`username`),
  INDEX `staff_state_id_idx` (`state`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `staff_store` (
  `staffId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  PRIMARY KEY (`staffId`, `storeCode`),
  INDEX `staff_store_storeCode_idx` (`storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `audit_entry` (
  `id` CHAR(26) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `actorKind` VARCHAR(20) NOT NULL,
  `actorId` VARCHAR(64) NOT NULL,
  `actorName` VARCHAR(64) NOT NULL,
  `action` VARCHAR(64) NOT NULL,
  `subjectKind` VARCHAR(32) NOT NULL,
  `subjectId` VARCHAR(64) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `reason` VARCHAR(200) NULL,
  `detailsJson` TEXT NULL,
  `requestId` VARCHAR(64) NULL,
  `ip` VARCHAR(64) NULL,
  PRIMARY KEY (`id`),
  INDEX `audit_entry_subjectKind_subjectId_id_idx` (`subjectKind`, `subjectId`, `id`),
  INDEX `audit_entry_actorId_id_idx` (`actorId`, `id`),
  INDEX `audit_entry_action_id_idx` (`action`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
