import type { Mutation } from './mutation.ts'

const invariants = 'tests/modules/coupons/invariants.test.ts'
const evaluator = 'tests/modules/coupons/evaluator.test.ts'

/** Guards of the coupon engine. */
export const couponGuards: readonly Mutation[] = [
  {
    guard: 'a coupon is one sale’s at a time',
    file: 'server/modules/coupons/repository/edges.ts',
    find: "eb.or([eb('docKey', '=', docKey), eb('lockedUntil', '<=', now)])",
    replace: "eb.or([eb('docKey', '!=', ''), eb('lockedUntil', '<=', now)])",
    test: 'tests/modules/coupons/races.test.ts',
    name: 'invariant 19',
  },
  {
    guard: 'the last yuan of a budget is spent once',
    file: 'server/modules/coupons/repository/templates.ts',
    find: ".where(eb => eb(eb('spent', '+', fen), '<=', eb.ref('budget')))",
    replace: '',
    test: invariants,
    name: 'invariant 28',
  },
  {
    guard: 'a use has a place on its day',
    file: 'server/modules/coupons/service/use.ts',
    find: 'const nth = held.perDayLimit === null ? null :',
    replace: 'const nth = held.perDayLimit !== null ? null :',
    test: invariants,
    name: 'of twenty tills at once a member uses a coupon',
  },
  {
    guard: 'a first purchase is made once',
    file: 'server/modules/coupons/service/use.ts',
    find: 'firstOf: terms.rules.firstPurchase ? use.memberId : null',
    replace: 'firstOf: null',
    test: invariants,
    name: 'a first purchase is the first of all',
  },
  {
    guard: 'what was promised at the lock holds for its sale',
    file: 'server/modules/coupons/service/evaluate.ts',
    find: 'holdsFor(coupon, occasion.docKey, occasion.now) ? termsOfCoupon(coupon) : termsOfTemplate(coupon)',
    replace: 'termsOfTemplate(coupon)',
    test: invariants,
    name: 'invariant 25',
  },
  {
    guard: 'the clock says what has expired',
    file: 'server/modules/coupons/service/evaluate.ts',
    find: "if (coupon.state === 'expired' || coupon.validTo <= now) return refusals.expired",
    replace: "if (coupon.state === 'expired') return refusals.expired",
    test: invariants,
    name: 'invariant 26',
  },
  {
    guard: 'coupons work in their own order',
    file: 'server/modules/coupons/service/combine.ts',
    find: 'return coupons.toSorted(inOrder).map(',
    replace: 'return [...coupons].map(',
    test: evaluator,
    name: 'invariant 29',
  },
  {
    guard: 'who is excluded excludes',
    file: 'server/modules/coupons/service/combine.ts',
    find: 'two.rules.notWith.includes(a.templateId) ||',
    replace: '',
    test: evaluator,
    name: 'invariant 29',
  },
  {
    guard: 'what was refunded is never asked back',
    file: 'server/modules/till/service/reckoning.ts',
    find: 'Math.max(refundedBefore, paid - (left - sum(asked)))',
    replace: 'paid - (left - sum(asked))',
    test: 'tests/modules/till/reckoning.test.ts',
    name: 'invariant 24: whatever comes back',
  },
  {
    guard: 'requests of one coupon go to WeChat one after the other',
    file: 'server/modules/coupons/repository/rail.ts',
    find: ".whereRef('before.seq', '<', 'r.seq')",
    replace: ".whereRef('before.seq', '<', 'before.seq')",
    test: 'tests/modules/coupons/rail-follow.test.ts',
    name: 'requests of one coupon go one after the other',
  },
  {
    guard: 'what WeChat says is believed only when nothing was asked of it since',
    file: 'server/modules/coupons/repository/rail-coupons.ts',
    find: "        .set({ ...change, turn: turn + 1, askedAt: now, updatedAt: now })\n        .where('couponId', '=', couponId)\n        .where('turn', '=', turn)",
    replace:
      "        .set({ ...change, turn: turn + 1, askedAt: now, updatedAt: now })\n        .where('couponId', '=', couponId)",
    test: 'tests/modules/coupons/rail-follow.test.ts',
    name: 'an answer that was on its way',
  },
  {
    guard: 'a use at WeChat takes only what nobody has used or withdrawn',
    file: 'server/modules/coupons/repository/edges.ts',
    find: ".where('state', 'in', ['issued', 'locked', 'gifting', 'expired'])",
    replace: '',
    test: 'tests/modules/coupons/rail-follow.test.ts',
    name: 'used there while it is made void here',
  },
  {
    guard: 'whether a coupon was used by us is asked by the number of the request, not by its state',
    file: 'server/modules/coupons/service/rail-port.ts',
    find: '  use: [],',
    replace: "  use: ['USED'],",
    test: 'tests/modules/coupons/wechat.test.ts',
    name: 'our use is lost on the way',
  },
]
