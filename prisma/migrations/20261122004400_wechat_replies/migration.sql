CREATE TABLE `wechat_reply_rule` (
  `id` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `position` INT NOT NULL,
  `active` TINYINT(1) NOT NULL,
  `matchJson` TEXT NOT NULL,
  `hoursJson` TEXT NULL,
  `messagesJson` TEXT NOT NULL,
  `toDesk` TINYINT(1) NOT NULL,
  `version` INT NOT NULL,
  `changedAt` DATETIME(3) NOT NULL,
  `changedBy` VARCHAR(60) NOT NULL,
  `removedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  INDEX `wechat_reply_rule_appId_position_idx` (`appId`, `position`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_reply_hit` (
  `ruleId` CHAR(26) NOT NULL,
  `day` DATE NOT NULL,
  `hits` INT NOT NULL,
  PRIMARY KEY (`ruleId`, `day`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_reply_book` (
  `appId` VARCHAR(32) NOT NULL,
  `version` INT NOT NULL,
  PRIMARY KEY (`appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_material` (
  `id` CHAR(26) NOT NULL,
  `fileId` CHAR(26) NOT NULL,
  `kind` VARCHAR(10) NOT NULL,
  `name` VARCHAR(120) NOT NULL,
  `title` VARCHAR(60) NOT NULL DEFAULT '',
  `description` VARCHAR(200) NOT NULL DEFAULT '',
  `createdAt` DATETIME(3) NOT NULL,
  `createdBy` VARCHAR(60) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `wechat_material_kind_id_idx` (`kind`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `wechat_material_copy` (
  `materialId` CHAR(26) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `mediaId` VARCHAR(128) NOT NULL,
  `url` VARCHAR(500) NOT NULL DEFAULT '',
  `at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`materialId`, `appId`),
  INDEX `wechat_material_copy_appId_idx` (`appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
