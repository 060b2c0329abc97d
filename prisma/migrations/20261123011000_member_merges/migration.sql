ALTER TABLE `member` ADD COLUMN `mergedInto` CHAR(26) NULL AFTER `state`;

CREATE INDEX `member_mergedInto_idx` ON `member` (`mergedInto`);

CREATE TABLE `member_case` (
  `id` CHAR(26) NOT NULL,
  `pairKey` VARCHAR(80) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `memberA` CHAR(26) NOT NULL,
  `memberB` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `note` VARCHAR(200) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `foundAt` DATETIME(3) NOT NULL,
  `decidedBy` CHAR(26) NULL,
  `decidedAt` DATETIME(3) NULL,
  `decision` VARCHAR(200) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `member_case_pairKey_key` (`pairKey`),
  INDEX `member_case_state_foundAt_id_idx` (`state`, `foundAt`, `id`),
  INDEX `member_case_memberA_state_idx` (`memberA`, `state`),
  INDEX `member_case_memberB_state_idx` (`memberB`, `state`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `member_merge` (
  `id` CHAR(26) NOT NULL,
  `survivorId` CHAR(26) NOT NULL,
  `mergedId` CHAR(26) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `evidence` VARCHAR(20) NOT NULL,
  `note` VARCHAR(200) NOT NULL,
  `mergedBy` CHAR(26) NOT NULL,
  `mergedAt` DATETIME(3) NOT NULL,
  `undoneBy` CHAR(26) NULL,
  `undoneAt` DATETIME(3) NULL,
  `undoneNote` VARCHAR(200) NULL,
  PRIMARY KEY (`id`),
  INDEX `member_merge_survivorId_state_idx` (`survivorId`, `state`),
  INDEX `member_merge_mergedId_state_idx` (`mergedId`, `state`),
  INDEX `member_merge_state_mergedAt_id_idx` (`state`, `mergedAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `member_merge_item` (
  `mergeId` CHAR(26) NOT NULL,
  `part` VARCHAR(20) NOT NULL,
  `ref` VARCHAR(120) NOT NULL,
  `note` VARCHAR(200) NULL,
  PRIMARY KEY (`mergeId`, `part`, `ref`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `member_request` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `source` VARCHAR(20) NOT NULL,
  `staffId` CHAR(26) NULL,
  `evidence` VARCHAR(20) NULL,
  `note` VARCHAR(200) NULL,
  `requestedAt` DATETIME(3) NOT NULL,
  `dueOn` DATE NOT NULL,
  `fileId` CHAR(26) NULL,
  `finishedAt` DATETIME(3) NULL,
  `reportJson` TEXT NULL,
  PRIMARY KEY (`id`),
  INDEX `member_request_memberId_kind_requestedAt_idx` (`memberId`, `kind`, `requestedAt`),
  INDEX `member_request_state_dueOn_id_idx` (`state`, `dueOn`, `id`),
  INDEX `member_request_requestedAt_id_idx` (`requestedAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `household` (
  `headId` CHAR(26) NOT NULL,
  `code` VARCHAR(12) NULL,
  `codeUntil` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`headId`),
  UNIQUE INDEX `household_code_key` (`code`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `household_member` (
  `memberId` CHAR(26) NOT NULL,
  `headId` CHAR(26) NOT NULL,
  `place` INT NOT NULL,
  `joinedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`),
  UNIQUE INDEX `household_member_headId_place_key` (`headId`, `place`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
