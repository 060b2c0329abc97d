-- Kinds and rules of coupons, what they cost whom, and coupons that members give to each other.
ALTER TABLE `coupon_template`
  MODIFY COLUMN `amountOff` INT NOT NULL DEFAULT 0,
  ADD COLUMN `payPercent` INT NULL AFTER `amountOff`,
  ADD COLUMN `maxOff` INT NULL AFTER `payPercent`,
  ADD COLUMN `startsAfterDays` INT NOT NULL DEFAULT 0 AFTER `validDays`,
  ADD COLUMN `rulesJson` MEDIUMTEXT NULL AFTER `validTo`,
  ADD COLUMN `rulesVersion` INT NOT NULL DEFAULT 1 AFTER `rulesJson`,
  ADD COLUMN `stackGroup` VARCHAR(20) NOT NULL DEFAULT '' AFTER `rulesVersion`,
  ADD COLUMN `perDayLimit` INT NULL AFTER `perMemberLimit`,
  ADD COLUMN `budget` INT NULL AFTER `perDayLimit`,
  ADD COLUMN `spent` INT NOT NULL DEFAULT 0 AFTER `budget`,
  ADD COLUMN `bearHq` INT NOT NULL DEFAULT 100 AFTER `spent`,
  ADD COLUMN `bearStore` INT NOT NULL DEFAULT 0 AFTER `bearHq`,
  ADD COLUMN `bearSupplier` INT NOT NULL DEFAULT 0 AFTER `bearStore`,
  ADD COLUMN `supplier` VARCHAR(60) NOT NULL DEFAULT '' AFTER `bearSupplier`,
  ADD COLUMN `returnPolicy` VARCHAR(10) NOT NULL DEFAULT 'keep' AFTER `supplier`,
  ADD COLUMN `giftable` BOOLEAN NOT NULL DEFAULT false AFTER `returnPolicy`;

UPDATE `coupon_template`
SET `rulesJson` = CONCAT('{"stores":{"include":', `storesJson`, ',"exclude":[]}}')
WHERE `storesJson` IS NOT NULL;

ALTER TABLE `coupon_template` DROP COLUMN `storesJson`;

ALTER TABLE `coupon`
  MODIFY COLUMN `code` VARCHAR(40) NOT NULL,
  ADD COLUMN `termsJson` MEDIUMTEXT NULL AFTER `discount`,
  ADD COLUMN `rulesVersion` INT NULL AFTER `termsJson`;

ALTER TABLE `coupon_event` ADD COLUMN `fen` INT NULL AFTER `docKey`;

CREATE TABLE `coupon_redemption` (
  `couponId` CHAR(26) NOT NULL,
  `docKey` VARCHAR(190) NOT NULL,
  `templateId` CHAR(26) NOT NULL,
  `memberId` CHAR(26) NOT NULL,
  `storeCode` VARCHAR(32) NOT NULL,
  `day` DATE NOT NULL,
  `nth` INT NULL,
  `firstOf` CHAR(26) NULL,
  `rulesVersion` INT NOT NULL,
  `discount` INT NOT NULL,
  `takenBack` INT NOT NULL DEFAULT 0,
  `costHq` INT NOT NULL,
  `costStore` INT NOT NULL,
  `costSupplier` INT NOT NULL,
  `redeemedAt` DATETIME(3) NOT NULL,
  `returnedAt` DATETIME(3) NULL,
  PRIMARY KEY (`couponId`, `docKey`),
  UNIQUE INDEX `coupon_redemption_templateId_memberId_day_nth_key` (`templateId`, `memberId`, `day`, `nth`),
  UNIQUE INDEX `coupon_redemption_firstOf_key` (`firstOf`),
  INDEX `coupon_redemption_docKey_idx` (`docKey`),
  INDEX `coupon_redemption_templateId_redeemedAt_idx` (`templateId`, `redeemedAt`),
  INDEX `coupon_redemption_storeCode_redeemedAt_idx` (`storeCode`, `redeemedAt`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `coupon_gift` (
  `id` CHAR(26) NOT NULL,
  `couponId` CHAR(26) NOT NULL,
  `giverId` CHAR(26) NOT NULL,
  `linkCode` VARCHAR(40) NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  `until` DATETIME(3) NOT NULL,
  `takerId` CHAR(26) NULL,
  `newCouponId` CHAR(26) NULL,
  `createdAt` DATETIME(3) NOT NULL,
  `closedAt` DATETIME(3) NULL,
  PRIMARY KEY (`id`),
  UNIQUE INDEX `coupon_gift_linkCode_key` (`linkCode`),
  INDEX `coupon_gift_couponId_id_idx` (`couponId`, `id`),
  INDEX `coupon_gift_giverId_id_idx` (`giverId`, `id`),
  INDEX `coupon_gift_state_until_idx` (`state`, `until`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was redeemed before costs were shared was borne by the headquarters.
INSERT INTO `coupon_redemption`
  (`couponId`, `docKey`, `templateId`, `memberId`, `storeCode`, `day`, `rulesVersion`, `discount`, `costHq`, `costStore`, `costSupplier`, `redeemedAt`)
SELECT `id`, `docKey`, `templateId`, `memberId`, COALESCE(`redeemedStore`, ''), DATE(DATE_ADD(`redeemedAt`, INTERVAL 8 HOUR)), 1,
  COALESCE(`discount`, 0), COALESCE(`discount`, 0), 0, 0, `redeemedAt`
FROM `coupon` WHERE `state` = 'redeemed' AND `docKey` IS NOT NULL AND `redeemedAt` IS NOT NULL;

UPDATE `coupon_template`
SET `spent` = (SELECT COALESCE(SUM(`r`.`discount`), 0) FROM `coupon_redemption` AS `r` WHERE `r`.`templateId` = `coupon_template`.`id`);

UPDATE `coupon_event`
SET `fen` = (SELECT `r`.`discount` FROM `coupon_redemption` AS `r` WHERE `r`.`couponId` = `coupon_event`.`couponId` AND `r`.`docKey` = `coupon_event`.`docKey`)
WHERE `kind` = 'redeem';

-- A sale may use several coupons.
CREATE TABLE `till_sale_coupon` (
  `docKey` VARCHAR(190) NOT NULL,
  `couponId` CHAR(26) NOT NULL,
  `nth` INT NOT NULL,
  `code` VARCHAR(40) NOT NULL,
  `name` VARCHAR(60) NOT NULL,
  `discount` INT NOT NULL,
  `linesJson` MEDIUMTEXT NOT NULL,
  `state` VARCHAR(10) NOT NULL,
  PRIMARY KEY (`docKey`, `couponId`),
  INDEX `till_sale_coupon_couponId_idx` (`couponId`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `till_sale_line` ADD COLUMN `couponDiscount` INT NOT NULL DEFAULT 0 AFTER `net`;

ALTER TABLE `till_sale` ADD COLUMN `refunded` INT NOT NULL DEFAULT 0 AFTER `discount`;

INSERT INTO `till_sale_coupon` (`docKey`, `couponId`, `nth`, `code`, `name`, `discount`, `linesJson`, `state`)
SELECT `s`.`docKey`, `c`.`id`, 1, `c`.`code`, `t`.`name`, `s`.`discount`, '[]',
  CASE WHEN `s`.`state` = 'returned' THEN 'restored' ELSE 'used' END
FROM `till_sale` AS `s` INNER JOIN `coupon` AS `c` ON `c`.`id` = `s`.`couponId` INNER JOIN `coupon_template` AS `t` ON `t`.`id` = `c`.`templateId`;

ALTER TABLE `till_sale` DROP COLUMN `couponId`;
