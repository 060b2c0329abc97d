ALTER TABLE `wechat_follower`
  ADD COLUMN `blacklistedAt` DATETIME(3) NULL,
  ADD INDEX `wechat_follower_appId_following_changedAt_openidHash_idx` (`appId`, `following`, `changedAt`, `openidHash`),
  ADD INDEX `wechat_follower_appId_blacklistedAt_idx` (`appId`, `blacklistedAt`);
