-- The agents' queue goes by who has waited longest; an open ticket always says since when.
UPDATE `ticket` SET `waitingSince` = `lastMessageAt` WHERE `state` = 'open' AND `waitingSince` IS NULL;
CREATE INDEX `ticket_state_waitingSince_id_idx` ON `ticket` (`state`, `waitingSince`, `id`);
