-- The uses of coupons by time: the list of them over all stores, and the overview's day.
CREATE INDEX `coupon_redemption_redeemedAt_couponId_idx` ON `coupon_redemption` (`redeemedAt`, `couponId`);
