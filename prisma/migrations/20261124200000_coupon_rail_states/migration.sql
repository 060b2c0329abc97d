-- 商品券: which templates also go out as WeChat's own coupons, and how each coupon stands there.
ALTER TABLE `coupon_template`
  ADD COLUMN `wechatProductId` VARCHAR(40) NOT NULL DEFAULT '',
  ADD COLUMN `wechatStockId` VARCHAR(40) NOT NULL DEFAULT '';

ALTER TABLE `wechat_merchant` ADD COLUMN `brandId` VARCHAR(32) NOT NULL DEFAULT '';

ALTER TABLE `coupon_rail_request`
  ADD COLUMN `seq` INT NOT NULL DEFAULT 0,
  ADD COLUMN `occasion` VARCHAR(190) NOT NULL DEFAULT '';
CREATE UNIQUE INDEX `coupon_rail_request_couponId_kind_occasion_key` ON `coupon_rail_request` (`couponId`, `kind`, `occasion`);
DROP INDEX `coupon_rail_request_couponId_kind_key` ON `coupon_rail_request`;

CREATE TABLE `coupon_rail` (
  `couponId` CHAR(26) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `couponCode` VARCHAR(40) NOT NULL,
  `productCouponId` VARCHAR(40) NOT NULL,
  `stockId` VARCHAR(40) NOT NULL,
  `appId` VARCHAR(32) NOT NULL,
  `openid` VARCHAR(64) NOT NULL,
  `state` VARCHAR(12) NOT NULL,
  `reason` VARCHAR(100) NOT NULL DEFAULT '',
  `turn` INT NOT NULL DEFAULT 0,
  `uses` INT NOT NULL DEFAULT 0,
  `usedTwice` INT NOT NULL DEFAULT 0,
  `askDue` DATETIME(3) NULL,
  `askedAt` DATETIME(3) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`couponId`),
  UNIQUE INDEX `coupon_rail_couponCode_key` (`couponCode`),
  INDEX `coupon_rail_templateId_state_idx` (`templateId`, `state`),
  INDEX `coupon_rail_askDue_idx` (`askDue`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
