-- The queue of one store is led by an index, and so are its counts; a kind that is rare (complaints) is found at once.
ALTER TABLE `ticket`
  ADD INDEX `ticket_storeCode_state_waitingSince_id_idx` (`storeCode`, `state`, `waitingSince`, `id`),
  ADD INDEX `ticket_kind_state_waitingSince_id_idx` (`kind`, `state`, `waitingSince`, `id`),
  ADD INDEX `ticket_kind_state_lastMessageAt_id_idx` (`kind`, `state`, `lastMessageAt`, `id`),
  ADD INDEX `ticket_kind_lastMessageAt_id_idx` (`kind`, `lastMessageAt`, `id`);
