CREATE TABLE `coupon_rail_request` (
  `requestNo` VARCHAR(40) NOT NULL,
  `couponId` CHAR(26) NOT NULL,
  `kind` VARCHAR(12) NOT NULL,
  `stockId` VARCHAR(40) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `railCode` VARCHAR(64) NULL,
  `state` VARCHAR(10) NOT NULL,
  `tries` INT NOT NULL DEFAULT 0,
  `due` DATETIME(3) NOT NULL,
  `lease` CHAR(26) NULL,
  `reason` VARCHAR(100) NOT NULL DEFAULT '',
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`requestNo`),
  UNIQUE INDEX `coupon_rail_request_couponId_kind_key` (`couponId`, `kind`),
  INDEX `coupon_rail_request_state_due_idx` (`state`, `due`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
