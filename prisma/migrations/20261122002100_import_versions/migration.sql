-- The first version of a file and the last of its source, each from one end of an index.
CREATE INDEX `erp_import_version` ON `erp_import` (`sourceId`, `version`);
DROP INDEX `erp_import_hash` ON `erp_import`;
CREATE INDEX `erp_import_hash` ON `erp_import` (`sourceId`, `fileHash`, `version`);
