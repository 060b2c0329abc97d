-- What a file says of itself in its last line, and what an import has brought in all, to be compared.
ALTER TABLE `erp_import` ADD COLUMN `trailerJson` TEXT NULL AFTER `errorJson`;
CREATE INDEX `sales_arrival_import` ON `sales_arrival` (`importId`);
