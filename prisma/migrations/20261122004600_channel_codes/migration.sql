CREATE TABLE `wechat_code` (
  `id` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `scene` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(20) NOT NULL,
  `opens` VARCHAR(10) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `staffId` CHAR(26) NULL,
  `permanent` TINYINT(1) NOT NULL,
  `validUntil` DATETIME(3) NULL,
  `welcomeJson` TEXT NULL,
  `tagId` CHAR(26) NULL,
  `state` VARCHAR(20) NOT NULL,
  `claimToken` CHAR(26) NULL,
  `claimedAt` DATETIME(3) NULL,
  `onceKey` VARCHAR(100) NULL,
  `ticket` VARCHAR(200) NOT NULL DEFAULT '',
  `url` VARCHAR(255) NOT NULL DEFAULT '',
  `errorCode` INT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_code_scene_key` (`scene`),
  UNIQUE INDEX `wechat_code_onceKey_key` (`onceKey`),
  INDEX `wechat_code_state_claimedAt_idx` (`state`, `claimedAt`),
  INDEX `wechat_code_storeCode_createdAt_id_idx` (`storeCode`, `createdAt`, `id`),
  INDEX `wechat_code_createdAt_id_idx` (`createdAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_code_use` (
  `appId` VARCHAR(32) NOT NULL,
  `permanent` INT NOT NULL,
  PRIMARY KEY (`appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_code_touch` (
  `codeId` CHAR(26) NOT NULL,
  `personHash` CHAR(43) NOT NULL,
  `firstAt` DATETIME(3) NOT NULL,
  `lastAt` DATETIME(3) NOT NULL,
  `touches` INT NOT NULL,
  `followedAt` DATETIME(3) NULL,
  PRIMARY KEY (`codeId`, `personHash`),
  INDEX `wechat_code_touch_codeId_firstAt_followedAt_touches_idx` (`codeId`, `firstAt`, `followedAt`, `touches`),
  INDEX `wechat_code_touch_personHash_firstAt_idx` (`personHash`, `firstAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_tag` (
  `id` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `name` VARCHAR(30) NOT NULL,
  `remoteId` INT NULL,
  `agreedName` VARCHAR(30) NOT NULL DEFAULT '',
  `state` VARCHAR(20) NOT NULL,
  `conflict` VARCHAR(20) NOT NULL DEFAULT '',
  `theirName` VARCHAR(60) NOT NULL DEFAULT '',
  `readingFrom` VARCHAR(64) NULL,
  `readingRun` CHAR(26) NULL,
  `syncedAt` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_tag_appId_name_key` (`appId`, `name`),
  UNIQUE INDEX `wechat_tag_appId_remoteId_key` (`appId`, `remoteId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_tag_person` (
  `tagId` CHAR(26) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `errorCode` INT NULL,
  `seenRun` CHAR(26) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`tagId`, `openid`),
  INDEX `wechat_tag_person_state_tagId_idx` (`state`, `tagId`),
  INDEX `wechat_tag_person_openid_idx` (`openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_ask_moment` (
  `moment` VARCHAR(30) NOT NULL,
  `isOn` TINYINT(1) NOT NULL,
  `templatesJson` VARCHAR(200) NOT NULL,
  `wordingZh` VARCHAR(60) NOT NULL,
  `wordingEn` VARCHAR(120) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`moment`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_ask` (
  `askKey` VARCHAR(150) NOT NULL,
  `moment` VARCHAR(30) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `templateId` VARCHAR(64) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `outcome` VARCHAR(20) NOT NULL,
  `day` DATE NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`askKey`),
  INDEX `wechat_ask_day_moment_outcome_idx` (`day`, `moment`, `outcome`),
  INDEX `wechat_ask_appId_templateId_openid_at_idx` (`appId`, `templateId`, `openid`, `at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
