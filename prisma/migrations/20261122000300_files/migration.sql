CREATE TABLE `file` (
  `id` CHAR(26) NOT NULL,
  `sha256` CHAR(64) NOT NULL,
  `size` BIGINT NOT NULL,
  `name` VARCHAR(255) NOT NULL,
  `mediaType` VARCHAR(100) NOT NULL,
  `uploadedBy` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  INDEX `file_sha256` (`sha256`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
