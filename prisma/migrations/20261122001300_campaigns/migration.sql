CREATE TABLE `campaign` (
  `id` CHAR(26) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `purpose` VARCHAR(20) NOT NULL,
  `segmentId` CHAR(26) NOT NULL,
  `segmentName` VARCHAR(60) NOT NULL,
  `rulesJson` TEXT NULL,
  `couponTemplateId` CHAR(26) NULL,
  `route` VARCHAR(20) NOT NULL,
  `textJson` TEXT NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `pausedFrom` VARCHAR(20) NULL,
  `startAt` DATETIME(3) NULL,
  `frozenAt` DATETIME(3) NULL,
  `chain` CHAR(26) NULL,
  `beatAt` DATETIME(3) NULL,
  `finishedAt` DATETIME(3) NULL,
  `countedJson` TEXT NULL,
  `wholeChain` TINYINT(1) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `launchedBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `campaign_state_startAt_idx` (`state`, `startAt`),
  INDEX `campaign_changedAt_id_idx` (`changedAt`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `campaign_store` (
  `campaignId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  PRIMARY KEY (`campaignId`, `storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `campaign_recipient` (
  `campaignId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `openid` VARCHAR(64) NULL,
  `coupon` VARCHAR(20) NOT NULL,
  `couponReason` VARCHAR(200) NOT NULL DEFAULT '',
  `message` VARCHAR(20) NOT NULL,
  `reason` VARCHAR(200) NOT NULL DEFAULT '',
  PRIMARY KEY (`campaignId`, `memberId`),
  INDEX `campaign_recipient_campaignId_coupon_memberId_idx` (`campaignId`, `coupon`, `memberId`),
  INDEX `campaign_recipient_campaignId_coupon_message_idx` (`campaignId`, `coupon`, `message`),
  INDEX `campaign_recipient_campaignId_message_memberId_idx` (`campaignId`, `message`, `memberId`),
  INDEX `campaign_recipient_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
