-- The desk without a filter, newest first, reads only what it shows: 656 ms at 200,000 tickets before.
CREATE INDEX `ticket_lastMessageAt_id_idx` ON `ticket` (`lastMessageAt`, `id`);
