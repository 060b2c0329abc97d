-- What people say of a store stays theirs: which fields they keep, and what the ERP states of them.
ALTER TABLE `store`
  ADD COLUMN `phone` VARCHAR(32) NULL AFTER `address`,
  ADD COLUMN `hours` VARCHAR(100) NULL AFTER `phone`,
  ADD COLUMN `kept` VARCHAR(200) NOT NULL DEFAULT '' AFTER `closedUntil`,
  ADD COLUMN `statedJson` TEXT NULL AFTER `kept`;
