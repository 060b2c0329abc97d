-- Where a store is, so that a phone can say how far it is; both or neither.
ALTER TABLE `store`
  ADD COLUMN `latitude` DECIMAL(9, 6) NULL AFTER `address`,
  ADD COLUMN `longitude` DECIMAL(9, 6) NULL AFTER `latitude`;
