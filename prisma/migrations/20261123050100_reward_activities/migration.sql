CREATE TABLE `reward_rules` (
  `kind` VARCHAR(20) NOT NULL,
  `version` INT NOT NULL,
  `rulesJson` TEXT NOT NULL,
  `staffId` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`kind`, `version`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sign_in_member` (
  `memberId` CHAR(26) NOT NULL,
  `streak` INT NOT NULL DEFAULT 0,
  `longest` INT NOT NULL DEFAULT 0,
  `lastDay` DATE NULL,
  PRIMARY KEY (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `sign_in_day` (
  `memberId` CHAR(26) NOT NULL,
  `day` DATE NOT NULL,
  `makeUpMonth` CHAR(7) NULL,
  `makeUpNo` INT NULL,
  `points` INT NOT NULL,
  `bonusPoints` INT NOT NULL,
  `bonusJson` VARCHAR(500) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`, `day`),
  UNIQUE INDEX `sign_in_day_memberId_makeUpMonth_makeUpNo_key` (`memberId`, `makeUpMonth`, `makeUpNo`),
  INDEX `sign_in_day_day_memberId_idx` (`day`, `memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `birthday_turn` (
  `memberId` CHAR(26) NOT NULL,
  `lastOn` DATE NULL,
  PRIMARY KEY (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `birthday_gift` (
  `memberId` CHAR(26) NOT NULL,
  `year` INT NOT NULL,
  `birthday` DATE NOT NULL,
  `givenOn` DATE NOT NULL,
  `points` INT NOT NULL,
  `coupons` INT NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `version` INT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`, `year`),
  INDEX `birthday_gift_givenOn_storeCode_idx` (`givenOn`, `storeCode`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `referral_code` (
  `memberId` CHAR(26) NOT NULL,
  `code` VARCHAR(12) NOT NULL,
  `deviceHash` CHAR(43) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`memberId`),
  UNIQUE INDEX `referral_code_code_key` (`code`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `referral_visit` (
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `inviterId` CHAR(26) NOT NULL,
  `deviceHash` CHAR(43) NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`appId`, `openid`),
  INDEX `referral_visit_at_idx` (`at`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `referral` (
  `inviteeId` CHAR(26) NOT NULL,
  `inviterId` CHAR(26) NOT NULL,
  `version` INT NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `reason` VARCHAR(20) NULL,
  `marks` VARCHAR(80) NOT NULL,
  `deviceHash` CHAR(43) NOT NULL,
  `phoneHash` CHAR(43) NULL,
  `openid` VARCHAR(64) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `enrolledOn` DATE NOT NULL,
  `purchasedOn` DATE NULL,
  `dueOn` DATE NOT NULL,
  `month` CHAR(7) NULL,
  `seq` INT NULL,
  `inviterPoints` INT NOT NULL DEFAULT 0,
  `inviteePoints` INT NOT NULL DEFAULT 0,
  `coupons` INT NOT NULL DEFAULT 0,
  `decidedBy` CHAR(26) NULL,
  `decidedAt` DATETIME(3) NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`inviteeId`),
  UNIQUE INDEX `referral_inviterId_month_seq_key` (`inviterId`, `month`, `seq`),
  INDEX `referral_inviterId_at_idx` (`inviterId`, `at`),
  INDEX `referral_state_dueOn_inviteeId_idx` (`state`, `dueOn`, `inviteeId`),
  INDEX `referral_deviceHash_idx` (`deviceHash`),
  INDEX `referral_phoneHash_idx` (`phoneHash`),
  INDEX `referral_openid_idx` (`openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `referral_month` (
  `month` CHAR(7) NOT NULL,
  `rewarded` INT NOT NULL DEFAULT 0,
  PRIMARY KEY (`month`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `survey` (
  `id` CHAR(26) NOT NULL,
  `title` VARCHAR(60) NOT NULL,
  `intro` VARCHAR(300) NOT NULL,
  `questionsJson` TEXT NOT NULL,
  `asked` VARCHAR(10) NOT NULL,
  `askDays` INT NOT NULL,
  `points` INT NOT NULL,
  `couponTemplateId` CHAR(26) NULL,
  `state` VARCHAR(10) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `openedAt` DATETIME(3) NULL,
  `closedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `survey_state_asked_idx` (`state`, `asked`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `survey_answer` (
  `id` CHAR(26) NOT NULL,
  `surveyId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `documentId` CHAR(26) NULL,
  `storeCode` VARCHAR(32) NULL,
  `nps` INT NULL,
  `answersJson` TEXT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `survey_answer_surveyId_memberId_key` (`surveyId`, `memberId`),
  INDEX `survey_answer_surveyId_storeCode_id_idx` (`surveyId`, `storeCode`, `id`),
  INDEX `survey_answer_memberId_idx` (`memberId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
