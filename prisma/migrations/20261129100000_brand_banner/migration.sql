-- The banner below the member code, and the pictures that it may show.
CREATE TABLE `brand_banner` (
  `id` VARCHAR(8) NOT NULL,
  `isOn` BOOLEAN NOT NULL,
  `pictureId` CHAR(26) NULL,
  `textZh` VARCHAR(40) NOT NULL,
  `textEn` VARCHAR(80) NOT NULL,
  `leadsTo` VARCHAR(20) NOT NULL,
  `fromDay` DATE NULL,
  `untilDay` DATE NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `brand_picture` (
  `id` CHAR(26) NOT NULL,
  `fileId` CHAR(26) NOT NULL,
  `mediaType` VARCHAR(40) NOT NULL,
  `createdBy` CHAR(26) NOT NULL,
  `createdAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
