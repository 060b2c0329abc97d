-- The ledger becomes double-entry, with lots and a chain of hashes for each member.
ALTER TABLE `points_account`
  ADD COLUMN `pending` INT NOT NULL DEFAULT 0,
  ADD COLUMN `seq` INT NOT NULL DEFAULT 0,
  ADD COLUMN `head` BINARY(32) NULL;

ALTER TABLE `points_entry`
  ADD COLUMN `seq` INT NOT NULL DEFAULT 0,
  ADD COLUMN `active` INT NOT NULL DEFAULT 0,
  ADD COLUMN `pending` INT NOT NULL DEFAULT 0,
  ADD COLUMN `debt` INT NOT NULL DEFAULT 0,
  ADD COLUMN `contra` VARCHAR(20) NOT NULL DEFAULT 'issued',
  ADD COLUMN `refEntryId` CHAR(26) NULL,
  ADD COLUMN `hash` BINARY(32) NULL;

ALTER TABLE `points_document`
  ADD COLUMN `rulesVersion` INT NOT NULL DEFAULT 0,
  ADD COLUMN `tier` VARCHAR(32) NULL,
  ADD COLUMN `birthday` VARCHAR(5) NULL;

CREATE TABLE `points_lot` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `entryId` CHAR(26) NOT NULL,
  `documentId` CHAR(26) NULL,
  `granted` INT NOT NULL,
  `remaining` INT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `due` DATE NOT NULL,
  `earnedOn` DATE NOT NULL,
  `expiresOn` DATE NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `points_lot_memberId_state_due_idx` (`memberId`, `state`, `due`),
  INDEX `points_lot_state_due_memberId_idx` (`state`, `due`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_allocation` (
  `entryId` CHAR(26) NOT NULL,
  `lotId` CHAR(26) NOT NULL,
  `points` INT NOT NULL,
  PRIMARY KEY (`entryId`, `lotId`),
  INDEX `points_allocation_lotId_points_idx` (`lotId`, `points`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_debt` (
  `entryId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `points` INT NOT NULL,
  `open` INT NOT NULL,
  PRIMARY KEY (`entryId`),
  INDEX `points_debt_memberId_open_idx` (`memberId`, `open`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_rules` (
  `version` INT NOT NULL,
  `validFrom` DATE NOT NULL,
  `rulesJson` MEDIUMTEXT NOT NULL,
  `note` VARCHAR(200) NULL,
  `staffId` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_request` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `amount` INT NOT NULL,
  `reason` VARCHAR(200) NOT NULL,
  `key` VARCHAR(100) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `requestedBy` CHAR(26) NOT NULL,
  `requestedAt` DATETIME(3) NOT NULL,
  `decidedBy` CHAR(26) NULL,
  `decidedAt` DATETIME(3) NULL,
  `decision` VARCHAR(200) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `points_request_key_key` (`key`),
  INDEX `points_request_state_requestedAt_id_idx` (`state`, `requestedAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_opening` (
  `rowKey` VARCHAR(100) NOT NULL,
  `cardNo` VARCHAR(64) NOT NULL,
  `points` INT NOT NULL,
  `earnedOn` DATE NOT NULL,
  `expiresOn` DATE NOT NULL,
  `importId` CHAR(26) NOT NULL,
  `credited` INT NOT NULL DEFAULT 0,
  `memberId` CHAR(26) NULL,
  `version` INT NOT NULL DEFAULT 0,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`rowKey`),
  INDEX `points_opening_cardNo_idx` (`cardNo`),
  INDEX `points_opening_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_notice` (
  `memberId` CHAR(26) NOT NULL,
  `expiresOn` DATE NOT NULL,
  `points` INT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`, `expiresOn`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `points_verification` (
  `id` CHAR(26) NOT NULL,
  `startedAt` DATETIME(3) NOT NULL,
  `finishedAt` DATETIME(3) NULL,
  `reportJson` MEDIUMTEXT NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `points_verification_startedAt_idx` (`startedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What is there is carried over. Each entry says which account moves against which, and what was active and what was debt.
UPDATE `points_entry` SET
  `contra` = CASE WHEN `reason` = 'adjustment' THEN 'adjustment' ELSE 'issued' END,
  `active` = GREATEST(`balanceAfter`, 0) - GREATEST(`balanceAfter` - `amount`, 0),
  `debt` = GREATEST(-`balanceAfter`, 0) - GREATEST(`amount` - `balanceAfter`, 0);

-- Numbers and the chain of hashes, in the order in which each member's entries came; the same text as service/chain.ts.
SET @member = _utf8mb4'' COLLATE utf8mb4_bin, @seq = 0, @hash = _utf8mb4'' COLLATE utf8mb4_bin;
UPDATE `points_entry` SET
  `seq` = (@seq := IF(@member = `memberId`, @seq, 0) + 1),
  `hash` = UNHEX(@hash := SHA2(CONCAT_WS('|', IF(@member = `memberId`, @hash, ''), @seq, `memberId`, `key`, `amount`, `active`,
    `pending`, `debt`, `contra`, `reason`, COALESCE(`documentId`, ''), COALESCE(`refEntryId`, ''), COALESCE(`staffId`, ''),
    CAST(`at` AS CHAR), COALESCE(`note`, '')), 256)),
  `memberId` = (@member := `memberId`)
ORDER BY `memberId`, `id`;

ALTER TABLE `points_entry`
  DROP INDEX `points_entry_memberId_id_idx`,
  DROP INDEX `points_entry_documentId_idx`,
  ADD INDEX `points_entry_documentId_amount_idx` (`documentId`, `amount`),
  ADD UNIQUE INDEX `points_entry_memberId_seq_key` (`memberId`, `seq`);

UPDATE `points_account` a
  JOIN (SELECT `memberId`, MAX(`seq`) AS `last` FROM `points_entry` GROUP BY `memberId`) l ON l.`memberId` = a.`memberId`
  JOIN `points_entry` e ON e.`memberId` = a.`memberId` AND e.`seq` = l.`last`
SET a.`seq` = e.`seq`, a.`head` = e.`hash`;

-- Lots: one for each credit. Debits take from them in order of time: the n-th point taken is the n-th point given, so an
-- allocation is where the running sums of credits and debits overlap; what no credit covers yet stands as a debt.
CREATE TEMPORARY TABLE `points_carry_credit` AS
  SELECT `id`, `memberId`, SUM(`amount`) OVER (PARTITION BY `memberId` ORDER BY `seq`) AS `upTo`, `amount`
  FROM `points_entry` WHERE `amount` > 0;
CREATE TEMPORARY TABLE `points_carry_debit` AS
  SELECT `id`, `memberId`, SUM(-`amount`) OVER (PARTITION BY `memberId` ORDER BY `seq`) AS `upTo`, -`amount` AS `amount`
  FROM `points_entry` WHERE `amount` < 0;
ALTER TABLE `points_carry_credit` ADD INDEX (`memberId`);
ALTER TABLE `points_carry_debit` ADD INDEX (`memberId`);

INSERT INTO `points_allocation` (`entryId`, `lotId`, `points`)
  SELECT d.`id`, c.`id`, LEAST(c.`upTo`, d.`upTo`) - GREATEST(c.`upTo` - c.`amount`, d.`upTo` - d.`amount`)
  FROM `points_carry_debit` d
  JOIN `points_carry_credit` c ON c.`memberId` = d.`memberId`
    AND c.`upTo` > d.`upTo` - d.`amount` AND d.`upTo` > c.`upTo` - c.`amount`;

INSERT INTO `points_lot` (`id`, `memberId`, `entryId`, `documentId`, `granted`, `remaining`, `state`, `due`, `earnedOn`, `expiresOn`)
  SELECT e.`id`, e.`memberId`, e.`id`, e.`documentId`, e.`amount`, e.`amount` - COALESCE(SUM(a.`points`), 0),
    CASE WHEN e.`amount` > COALESCE(SUM(a.`points`), 0) THEN 'open' ELSE 'closed' END,
    '9999-12-31', DATE(e.`at`), '9999-12-31'
  FROM `points_entry` e LEFT JOIN `points_allocation` a ON a.`lotId` = e.`id`
  WHERE e.`amount` > 0
  GROUP BY e.`id`, e.`memberId`, e.`documentId`, e.`amount`, e.`at`;

INSERT INTO `points_debt` (`entryId`, `memberId`, `points`, `open`)
  SELECT d.`id`, d.`memberId`, d.`amount` - COALESCE(SUM(a.`points`), 0), d.`amount` - COALESCE(SUM(a.`points`), 0)
  FROM `points_carry_debit` d LEFT JOIN `points_allocation` a ON a.`entryId` = d.`id`
  GROUP BY d.`id`, d.`memberId`, d.`amount`
  HAVING d.`amount` > COALESCE(SUM(a.`points`), 0);

DROP TEMPORARY TABLE `points_carry_credit`;
DROP TEMPORARY TABLE `points_carry_debit`;

-- What earns nothing becomes the first version of the rules, where the shop has said something.
SET SESSION group_concat_max_len = 1000000;
INSERT INTO `points_rules` (`version`, `validFrom`, `rulesJson`, `note`, `staffId`, `createdAt`)
  SELECT 1, '2000-01-01', CONCAT('{"exclusions":[',
    COALESCE(GROUP_CONCAT(CASE WHEN `kind` <> 'nothing' THEN JSON_OBJECT('kind', `kind`, 'value', `value`) END SEPARATOR ','), ''),
    ']}'), NULL, NULL, UTC_TIMESTAMP(3)
  FROM `points_exclusion` HAVING COUNT(*) > 0;
DROP TABLE `points_exclusion`;
