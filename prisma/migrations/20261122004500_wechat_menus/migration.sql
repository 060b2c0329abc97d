CREATE TABLE `wechat_menu` (
  `appId` VARCHAR(32) NOT NULL,
  `draftJson` MEDIUMTEXT NOT NULL,
  `version` INT NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  `changedBy` VARCHAR(60) NOT NULL,
  `liveId` CHAR(26) NULL,
  PRIMARY KEY (`appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_menu_version` (
  `id` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `number` INT NOT NULL,
  `menuJson` MEDIUMTEXT NOT NULL,
  `source` VARCHAR(12) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `problem` VARCHAR(300) NOT NULL DEFAULT '',
  `createdAt` DATETIME(3) NOT NULL,
  `createdBy` VARCHAR(60) NOT NULL,
  `finishedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `wechat_menu_version_appId_number_key` (`appId`, `number`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
