CREATE TABLE `wechat_follower` (
  `appId` VARCHAR(32) NOT NULL,
  `openidHash` CHAR(43) NOT NULL,
  `following` TINYINT(1) NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  `openid` VARCHAR(64) NULL,
  `unionid` VARCHAR(64) NULL,
  `scene` VARCHAR(64) NOT NULL DEFAULT '',
  `announcedAt` DATETIME(3) NULL,
  `asked` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`appId`, `openidHash`),
  UNIQUE INDEX `wechat_follower_appId_openid_key` (`appId`, `openid`),
  INDEX `wechat_follower_unionid_idx` (`unionid`),
  INDEX `wechat_follower_following_announcedAt_idx` (`following`, `announcedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_inbound` (
  `id` CHAR(26) NOT NULL,
  `dedupeKey` VARCHAR(80) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `kind` VARCHAR(32) NOT NULL,
  `event` VARCHAR(64) NOT NULL,
  `sentAt` DATETIME(3) NOT NULL,
  `receivedAt` DATETIME(3) NOT NULL,
  `payloadJson` MEDIUMTEXT NOT NULL,
  `workedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_inbound_dedupeKey_key` (`dedupeKey`),
  INDEX `wechat_inbound_workedAt_id_idx` (`workedAt`, `id`),
  INDEX `wechat_inbound_appId_openid_idx` (`appId`, `openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_message` (
  `id` CHAR(26) NOT NULL,
  `messageKey` VARCHAR(120) NOT NULL,
  `groupKey` VARCHAR(64) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `route` VARCHAR(20) NOT NULL,
  `purpose` VARCHAR(20) NOT NULL,
  `templateId` VARCHAR(64) NOT NULL,
  `clientMsgId` VARCHAR(64) NULL,
  `bodyJson` TEXT NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `claimToken` CHAR(26) NULL,
  `claimedAt` DATETIME(3) NULL,
  `firstSentAt` DATETIME(3) NULL,
  `attempts` INT NOT NULL DEFAULT 0,
  `notBefore` DATETIME(3) NOT NULL,
  `plannedAt` DATETIME(3) NOT NULL,
  `settledAt` DATETIME(3) NULL,
  `platformId` VARCHAR(32) NULL,
  `errorCode` INT NULL,
  `reason` VARCHAR(200) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_message_messageKey_key` (`messageKey`),
  INDEX `wechat_message_groupKey_state_notBefore_idx` (`groupKey`, `state`, `notBefore`),
  INDEX `wechat_message_groupKey_state_messageKey_idx` (`groupKey`, `state`, `messageKey`),
  INDEX `wechat_message_claimToken_idx` (`claimToken`),
  INDEX `wechat_message_state_claimedAt_idx` (`state`, `claimedAt`),
  INDEX `wechat_message_appId_platformId_idx` (`appId`, `platformId`),
  INDEX `wechat_message_appId_openid_idx` (`appId`, `openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_credit` (
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `templateId` VARCHAR(64) NOT NULL,
  `remaining` INT NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`appId`, `templateId`, `openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_credit_grant` (
  `grantKey` VARCHAR(190) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `templateId` VARCHAR(64) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`grantKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_window` (
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `until` DATETIME(3) NOT NULL,
  `left` INT NOT NULL,
  PRIMARY KEY (`appId`, `openid`, `kind`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
