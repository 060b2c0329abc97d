-- A receipt told on a phone may use several coupons; the first stands in the row. What the member has after it is told again as it was.
ALTER TABLE `desk_redemption`
  ADD COLUMN `couponCount` INT NOT NULL DEFAULT 0,
  ADD COLUMN `balance` INT NULL;

UPDATE `desk_redemption` SET `couponCount` = 1 WHERE `couponId` IS NOT NULL;
