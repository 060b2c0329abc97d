-- Verification adds up what receipts were credited with from this index alone; without the contra account it read every row.
ALTER TABLE `points_entry`
  ADD INDEX `points_entry_documentId_contra_amount_idx` (`documentId`, `contra`, `amount`),
  DROP INDEX `points_entry_documentId_amount_idx`;
