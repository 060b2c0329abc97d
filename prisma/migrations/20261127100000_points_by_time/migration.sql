-- A member's story is told by time: an account of years is read from its newest entry on, without sorting all of it.
ALTER TABLE `points_entry` ADD INDEX `points_entry_memberId_at_id_idx` (`memberId`, `at`, `id`);
