-- The receipts of a business day, for its comparison by store and till.
CREATE INDEX `till_entry_day` ON `till_entry` (`businessDate`, `storeCode`, `tillCode`);
