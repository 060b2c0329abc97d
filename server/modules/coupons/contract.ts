import { contract } from '../../kernel/http/contract.ts'
import { bulkOperations } from './contract/bulk.ts'
import { claimOperations } from './contract/claims.ts'
import { compensationOperations } from './contract/compensations.ts'
import { deskOperations } from './contract/desk.ts'
import { giftOperations } from './contract/gifts.ts'
import { receiptOperations } from './contract/receipt.ts'
import { templateOperations } from './contract/templates.ts'
import { useOperations } from './contract/uses.ts'
import { walletOperations } from './contract/wallet.ts'

export { CouponEventRow, CouponRow, CouponState, CouponStep } from './contract/desk.ts'
export { BulkKind, BulkReason, CouponBulk } from './contract/bulk.ts'
export { CentreOffer, ClaimReply, NewOffer, NewPublicCode, Offer, OfferShelf, PublicCode } from './contract/claims.ts'
export { couponsErrors } from './contract/errors.ts'
export { Bearers, CouponChannel, CouponKind, CouponRules, CouponTerms, ReturnPolicy } from './contract/rules.ts'
export { CouponTemplate, NewTemplate, TemplateCounts } from './contract/templates.ts'
export { CouponRefusal, WalletCoupon } from './contract/wallet.ts'

/** What the world may ask of coupons. */
export const couponsApi = contract('coupons', {
  ...walletOperations,
  ...receiptOperations,
  ...giftOperations,
  ...templateOperations,
  ...deskOperations,
  ...claimOperations,
  ...bulkOperations,
  ...compensationOperations,
  ...useOperations,
})
