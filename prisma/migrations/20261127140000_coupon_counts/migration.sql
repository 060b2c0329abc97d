-- What has become of a template's coupons, and what they cost, is counted from indexes alone: what they now hold besides
-- changes with the state, so that a coupon's way writes no more entries than before.
ALTER TABLE `coupon`
  DROP INDEX `coupon_templateId_state_idx`,
  ADD INDEX `coupon_templateId_state_validTo_lockedUntil_discount_idx` (`templateId`, `state`, `validTo`, `lockedUntil`, `discount`);
ALTER TABLE `coupon_redemption`
  DROP INDEX `coupon_redemption_templateId_redeemedAt_idx`,
  ADD INDEX `coupon_redemption_templateId_redeemedAt_costs_idx` (`templateId`, `redeemedAt`, `costHq`, `costStore`, `costSupplier`);
