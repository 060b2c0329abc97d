CREATE TABLE `wechat_account` (
  `appId` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(16) NOT NULL,
  `name` VARCHAR(64) NOT NULL,
  `originalId` VARCHAR(32) NOT NULL DEFAULT '',
  `mode` VARCHAR(16) NOT NULL,
  `state` VARCHAR(16) NOT NULL,
  `defaultOf` VARCHAR(16) NULL,
  `secretSealed` VARCHAR(600) NOT NULL,
  `tokenSealed` VARCHAR(300) NOT NULL,
  `aesKeySealed` VARCHAR(300) NULL,
  `previousAesKeySealed` VARCHAR(300) NULL,
  `keyChangedAt` DATETIME(3) NULL,
  `baseUrl` VARCHAR(200) NOT NULL,
  `templatesJson` TEXT NOT NULL,
  `version` INT NOT NULL DEFAULT 1,
  `createdAt` DATETIME(3) NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`appId`),
  UNIQUE INDEX `wechat_account_defaultOf_key` (`defaultOf`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_door` (
  `appId` VARCHAR(32) NOT NULL,
  `verifiedAt` DATETIME(3) NULL,
  `pushedAt` DATETIME(3) NULL,
  `refusedAt` DATETIME(3) NULL,
  `refusedReason` VARCHAR(20) NOT NULL DEFAULT '',
  PRIMARY KEY (`appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
