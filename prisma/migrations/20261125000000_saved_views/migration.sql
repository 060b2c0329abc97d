-- Ways of looking at a list that staff keep.
CREATE TABLE `staff_view` (
  `id` CHAR(26) NOT NULL,
  `staffId` CHAR(26) NOT NULL,
  `list` VARCHAR(40) NOT NULL,
  `name` VARCHAR(40) NOT NULL,
  `settingsJson` TEXT NOT NULL,
  `shared` TINYINT(1) NOT NULL DEFAULT 0,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `staff_view_staffId_list_name_key` (`staffId`, `list`, `name`),
  INDEX `staff_view_list_shared_idx` (`list`, `shared`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
