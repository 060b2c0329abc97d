CREATE TABLE `wechat_mass` (
  `id` CHAR(26) NOT NULL,
  `massKey` VARCHAR(120) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `purpose` VARCHAR(20) NOT NULL,
  `target` VARCHAR(10) NOT NULL,
  `tagId` INT NULL,
  `clientMsgId` VARCHAR(64) NOT NULL,
  `bodyJson` TEXT NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `claimToken` CHAR(26) NULL,
  `claimedAt` DATETIME(3) NULL,
  `firstSentAt` DATETIME(3) NULL,
  `attempts` INT NOT NULL DEFAULT 0,
  `notBefore` DATETIME(3) NOT NULL,
  `platformId` VARCHAR(32) NULL,
  `people` INT NULL,
  `totalCount` INT NULL,
  `filteredCount` INT NULL,
  `sentCount` INT NULL,
  `failedCount` INT NULL,
  `errorCode` INT NULL,
  `reason` VARCHAR(200) NOT NULL DEFAULT '',
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `settledAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_mass_massKey_key` (`massKey`),
  INDEX `wechat_mass_state_notBefore_idx` (`state`, `notBefore`),
  INDEX `wechat_mass_appId_platformId_idx` (`appId`, `platformId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_mass_person` (
  `massId` CHAR(26) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  PRIMARY KEY (`massId`, `openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
