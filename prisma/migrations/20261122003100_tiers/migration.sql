CREATE TABLE `tier_rules` (
  `version` INT NOT NULL,
  `validFrom` DATE NOT NULL,
  `rulesJson` MEDIUMTEXT NOT NULL,
  `note` VARCHAR(200) NULL,
  `staffId` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tier_member` (
  `memberId` CHAR(26) NOT NULL,
  `tier` VARCHAR(32) NOT NULL,
  `since` DATE NOT NULL,
  `reviewOn` DATE NOT NULL,
  `value` BIGINT NOT NULL,
  `rulesVersion` INT NOT NULL,
  `computedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`),
  INDEX `tier_member_tier_memberId_idx` (`tier`, `memberId`),
  INDEX `tier_member_reviewOn_memberId_idx` (`reviewOn`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tier_change` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `seq` INT NOT NULL,
  `day` DATE NOT NULL,
  `fromTier` VARCHAR(32) NULL,
  `toTier` VARCHAR(32) NOT NULL,
  `reason` VARCHAR(20) NOT NULL,
  `rulesVersion` INT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `tier_change_memberId_seq_key` (`memberId`, `seq`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tier_paid` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `tier` VARCHAR(32) NOT NULL,
  `fromDay` DATE NOT NULL,
  `untilDay` DATE NOT NULL,
  `fen` INT NOT NULL,
  `key` VARCHAR(100) NOT NULL,
  `staffId` CHAR(26) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `tier_paid_key_key` (`key`),
  INDEX `tier_paid_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `tier_dry_run` (
  `id` CHAR(26) NOT NULL,
  `rulesJson` MEDIUMTEXT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `cursor` CHAR(26) NOT NULL,
  `resultJson` MEDIUMTEXT NOT NULL,
  `startedBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `finishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `tier_dry_run_createdAt_idx` (`createdAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
