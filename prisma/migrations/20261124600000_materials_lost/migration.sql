CREATE TABLE `wechat_material_past` (
  `appId` VARCHAR(32) NOT NULL,
  `mediaId` VARCHAR(128) NOT NULL,
  `materialId` CHAR(26) NOT NULL,
  `lostAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`appId`, `mediaId`),
  INDEX `wechat_material_past_materialId_appId_idx` (`materialId`, `appId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
