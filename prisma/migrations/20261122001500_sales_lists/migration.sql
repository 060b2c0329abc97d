-- Lists run newest first by (businessDate, businessAt, id): each index serves one filter in that order, so that a page
-- is read without sorting. InnoDB keeps the id at the end of every index.
ALTER TABLE `sales_document`
  DROP INDEX `sales_document_member`,
  DROP INDEX `sales_document_day`,
  ADD INDEX `sales_document_member` (`memberId`, `businessDate`, `businessAt`),
  ADD INDEX `sales_document_day` (`businessDate`, `businessAt`),
  ADD INDEX `sales_document_store` (`storeCode`, `businessDate`, `businessAt`),
  ADD INDEX `sales_document_receipt` (`receiptNo`, `businessDate`, `businessAt`);
