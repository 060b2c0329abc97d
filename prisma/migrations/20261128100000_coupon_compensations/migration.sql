-- 补偿券: one coupon given by hand, and how much each of the staff has given alone on a day.
CREATE TABLE `coupon_compensation` (
  `id` CHAR(26) NOT NULL,
  `key` VARCHAR(120) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NULL,
  `worth` INTEGER NOT NULL,
  `reason` VARCHAR(20) NOT NULL,
  `note` VARCHAR(200) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `couponId` CHAR(26) NULL,
  `requestedBy` CHAR(26) NOT NULL,
  `requestedAt` DATETIME(3) NOT NULL,
  `decidedBy` CHAR(26) NULL,
  `decidedAt` DATETIME(3) NULL,
  `decision` VARCHAR(200) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `coupon_compensation_key_key` (`key`),
  INDEX `coupon_compensation_state_id_idx` (`state`, `id`),
  INDEX `coupon_compensation_memberId_id_idx` (`memberId`, `id`),
  INDEX `coupon_compensation_requestedBy_id_idx` (`requestedBy`, `id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_allowance` (
  `staffId` CHAR(26) NOT NULL,
  `day` DATE NOT NULL,
  `fen` INTEGER NOT NULL,
  PRIMARY KEY (`staffId`, `day`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
