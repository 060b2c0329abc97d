CREATE TABLE `wechat_merchant` (
  `mchId` VARCHAR(32) NOT NULL,
  `serial` VARCHAR(64) NOT NULL,
  `privateKeySealed` TEXT NOT NULL,
  `apiV3KeySealed` VARCHAR(300) NOT NULL,
  `platformKeysJson` MEDIUMTEXT NOT NULL,
  `baseUrl` VARCHAR(200) NOT NULL,
  `version` INT NOT NULL DEFAULT 1,
  `changedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`mchId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_payment` (
  `id` CHAR(26) NOT NULL,
  `orderNo` VARCHAR(32) NOT NULL,
  `purpose` VARCHAR(20) NOT NULL,
  `mchId` VARCHAR(32) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `totalFen` INT NOT NULL,
  `description` VARCHAR(127) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `requestJson` VARCHAR(1000) NOT NULL DEFAULT '',
  `transactionId` VARCHAR(64) NULL,
  `problem` VARCHAR(300) NOT NULL DEFAULT '',
  `expiresAt` DATETIME(3) NOT NULL,
  `paidAt` DATETIME(3) NULL,
  `askedAt` DATETIME(3) NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_payment_orderNo_key` (`orderNo`),
  INDEX `wechat_payment_state_createdAt_idx` (`state`, `createdAt`),
  INDEX `wechat_payment_appId_openid_state_idx` (`appId`, `openid`, `state`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_refund` (
  `id` CHAR(26) NOT NULL,
  `refundNo` VARCHAR(64) NOT NULL,
  `orderNo` VARCHAR(32) NOT NULL,
  `refundFen` INT NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `problem` VARCHAR(300) NOT NULL DEFAULT '',
  `doneAt` DATETIME(3) NULL,
  `askedAt` DATETIME(3) NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_refund_refundNo_key` (`refundNo`),
  INDEX `wechat_refund_orderNo_idx` (`orderNo`),
  INDEX `wechat_refund_state_createdAt_idx` (`state`, `createdAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_pay_notice` (
  `id` VARCHAR(64) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `subject` VARCHAR(64) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `receivedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `wechat_pay_notice_subject_idx` (`subject`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
