-- Whole sales on a phone, what a file changes of what it told, and the points a held basket wished for.
ALTER TABLE `till_told_return`
  ADD COLUMN `revision` INT NOT NULL DEFAULT 0 AFTER `saleKey`,
  ADD COLUMN `linesJson` MEDIUMTEXT NULL AFTER `refunded`,
  DROP COLUMN `pointsBack`;

ALTER TABLE `till_sale_points`
  ADD COLUMN `backFen` INT NOT NULL DEFAULT 0,
  ADD COLUMN `moves` INT NOT NULL DEFAULT 0,
  ADD COLUMN `spendKey` VARCHAR(100) NOT NULL DEFAULT '';
UPDATE `till_sale_points` SET `backFen` = FLOOR(`fen` * `back` / `points`) WHERE `points` > 0;

ALTER TABLE `till_hold` ADD COLUMN `points` INT NOT NULL DEFAULT 0 AFTER `couponsJson`;

ALTER TABLE `desk_redemption`
  ADD COLUMN `kind` VARCHAR(10) NOT NULL DEFAULT 'coupon' AFTER `id`,
  MODIFY COLUMN `couponId` CHAR(26) NULL,
  ADD COLUMN `points` INT NOT NULL DEFAULT 0 AFTER `discount`,
  ADD COLUMN `pointsFen` INT NOT NULL DEFAULT 0 AFTER `points`,
  ADD COLUMN `earned` INT NOT NULL DEFAULT 0 AFTER `pointsFen`;
