CREATE TABLE `member` (
  `id` CHAR(26) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `cardNo` VARCHAR(32) NOT NULL,
  `phoneSealed` VARCHAR(255) NULL,
  `phoneHash` CHAR(43) NULL,
  `phoneLast4Hash` CHAR(43) NULL,
  `nameSealed` VARCHAR(512) NULL,
  `nameHash` CHAR(43) NULL,
  `birthdaySealed` VARCHAR(255) NULL,
  `gender` VARCHAR(10) NULL,
  `homeStoreCode` VARCHAR(32) NULL,
  `enrolledStoreCode` VARCHAR(32) NULL,
  `recruitedBy` CHAR(26) NULL,
  `source` VARCHAR(20) NOT NULL,
  `termsVersion` VARCHAR(20) NOT NULL,
  `termsAcceptedAt` DATETIME(3) NOT NULL,
  `enrolledAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `member_cardNo_key` (`cardNo`),
  UNIQUE INDEX `member_phoneHash_key` (`phoneHash`),
  INDEX `member_state_enrolledAt_id_idx` (`state`, `enrolledAt`, `id`),
  INDEX `member_homeStoreCode_state_enrolledAt_id_idx` (`homeStoreCode`, `state`, `enrolledAt`, `id`),
  INDEX `member_enrolledStoreCode_state_enrolledAt_id_idx` (`enrolledStoreCode`, `state`, `enrolledAt`, `id`),
  INDEX `member_recruitedBy_state_enrolledAt_id_idx` (`recruitedBy`, `state`, `enrolledAt`, `id`),
  INDEX `member_phoneLast4Hash_enrolledAt_id_idx` (`phoneLast4Hash`, `enrolledAt`, `id`),
  INDEX `member_nameHash_enrolledAt_id_idx` (`nameHash`, `enrolledAt`, `id`),
  INDEX `member_enrolledAt_idx` (`enrolledAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `member_identity` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `value` VARCHAR(64) NOT NULL,
  `linkedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `member_identity_kind_appId_value_key` (`kind`, `appId`, `value`),
  INDEX `member_identity_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `consent` (
  `memberId` CHAR(26) NOT NULL,
  `purpose` VARCHAR(30) NOT NULL,
  `channel` VARCHAR(20) NOT NULL,
  `granted` TINYINT(1) NOT NULL,
  `version` VARCHAR(20) NOT NULL,
  `source` VARCHAR(20) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`, `purpose`, `channel`),
  INDEX `consent_purpose_channel_granted_memberId_idx` (`purpose`, `channel`, `granted`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `consent_entry` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `purpose` VARCHAR(30) NOT NULL,
  `channel` VARCHAR(20) NOT NULL,
  `granted` TINYINT(1) NOT NULL,
  `version` VARCHAR(20) NOT NULL,
  `source` VARCHAR(20) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `consent_entry_memberId_at_idx` (`memberId`, `at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `card` (
  `cardNo` VARCHAR(32) NOT NULL,
  `phoneSealed` VARCHAR(255) NULL,
  `phoneHash` CHAR(43) NULL,
  `nameSealed` VARCHAR(512) NULL,
  `nameHash` CHAR(43) NULL,
  `storeCode` VARCHAR(32) NULL,
  `issuedOn` DATE NULL,
  `balancePoints` INT NOT NULL DEFAULT 0,
  `lastUsedOn` DATE NULL,
  `lastAmount` DECIMAL(18,4) NULL,
  `state` VARCHAR(20) NOT NULL,
  `memberId` CHAR(26) NULL,
  `boundAt` DATETIME(3) NULL,
  `proofAttempts` INT NOT NULL DEFAULT 0,
  `importId` CHAR(26) NULL,
  `contentHash` CHAR(43) NOT NULL,
  `importedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`cardNo`),
  INDEX `card_phoneHash_state_idx` (`phoneHash`, `state`),
  INDEX `card_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `member_claim` (
  `id` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `unionid` VARCHAR(64) NULL,
  `phoneSealed` VARCHAR(255) NOT NULL,
  `phoneHash` CHAR(43) NOT NULL,
  `requestJson` TEXT NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `attempts` INT NOT NULL DEFAULT 0,
  `createdAt` DATETIME(3) NOT NULL,
  `expiresAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `member_claim_appId_openid_state_idx` (`appId`, `openid`, `state`),
  INDEX `member_claim_memberId_createdAt_idx` (`memberId`, `createdAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
