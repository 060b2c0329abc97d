-- Photos that shoppers put to their messages.
CREATE TABLE `ticket_photo` (
  `id` CHAR(26) NOT NULL,
  `fileId` CHAR(26) NOT NULL,
  `mediaType` VARCHAR(20) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `ticketId` CHAR(26) NULL,
  `messageId` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `ticket_photo_ticketId_id_idx` (`ticketId`, `id`),
  INDEX `ticket_photo_appId_openid_createdAt_idx` (`appId`, `openid`, `createdAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
