CREATE TABLE `ticket` (
  `id` CHAR(26) NOT NULL,
  `number` VARCHAR(20) NOT NULL,
  `openKey` VARCHAR(120) NULL,
  `memberId` CHAR(26) NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `unionid` VARCHAR(64) NULL,
  `channel` VARCHAR(20) NOT NULL,
  `kind` VARCHAR(30) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `documentId` CHAR(26) NULL,
  `subject` VARCHAR(120) NOT NULL,
  `state` VARCHAR(20) NOT NULL,
  `shopperUnread` INT NOT NULL DEFAULT 0,
  `shopperReadAt` DATETIME(3) NULL,
  `agentUnread` INT NOT NULL DEFAULT 0,
  `waitingSince` DATETIME(3) NULL,
  `firstAnswerAt` DATETIME(3) NULL,
  `lastMessageAt` DATETIME(3) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  `closedBy` CHAR(26) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ticket_number_key` (`number`),
  UNIQUE INDEX `ticket_openKey_key` (`openKey`),
  INDEX `ticket_state_lastMessageAt_id_idx` (`state`, `lastMessageAt`, `id`),
  INDEX `ticket_storeCode_state_lastMessageAt_idx` (`storeCode`, `state`, `lastMessageAt`),
  INDEX `ticket_memberId_idx` (`memberId`),
  INDEX `ticket_appId_openid_idx` (`appId`, `openid`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ticket_message` (
  `id` CHAR(26) NOT NULL,
  `ticketId` CHAR(26) NOT NULL,
  `sourceKey` VARCHAR(120) NOT NULL,
  `author` VARCHAR(20) NOT NULL,
  `staffId` CHAR(26) NULL,
  `staffName` VARCHAR(60) NOT NULL DEFAULT '',
  `text` TEXT NOT NULL,
  `at` DATETIME(3) NOT NULL,
  `route` VARCHAR(20) NOT NULL DEFAULT '',
  `messageKey` VARCHAR(120) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `ticket_message_sourceKey_key` (`sourceKey`),
  INDEX `ticket_message_ticketId_id_idx` (`ticketId`, `id`),
  INDEX `ticket_message_messageKey_idx` (`messageKey`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `ticket_counter` (
  `day` CHAR(10) NOT NULL,
  `last` INT NOT NULL,
  PRIMARY KEY (`day`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
