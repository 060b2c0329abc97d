-- Name, colour and logo of the shop.
CREATE TABLE `brand` (
  `id` VARCHAR(8) NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `colour` CHAR(7) NOT NULL,
  `logo` MEDIUMTEXT NULL,
  `version` INT NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
