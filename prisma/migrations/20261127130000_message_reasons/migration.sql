-- Why messages of a campaign did not arrive is counted from the index alone. A message's reason changes with its state, so
-- sending writes no more index entries than before.
ALTER TABLE `wechat_message`
  DROP INDEX `wechat_message_groupKey_state_messageKey_idx`,
  ADD INDEX `wechat_message_groupKey_state_messageKey_reason_idx` (`groupKey`, `state`, `messageKey`, `reason`);
