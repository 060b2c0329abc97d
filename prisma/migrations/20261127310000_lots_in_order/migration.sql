-- In the order in which lots are used up, so that who spends reads the first of them only.
ALTER TABLE `points_lot`
  ADD INDEX `points_lot_memberId_state_due_earnedOn_idx` (`memberId`, `state`, `due`, `earnedOn`),
  DROP INDEX `points_lot_memberId_state_due_idx`;
