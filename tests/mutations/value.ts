import type { Mutation } from './mutation.ts'

/** Guards of points, tiers and coupons. */
export const valueGuards: readonly Mutation[] = [
  {
    guard: 'a coupon is reminded of once',
    file: 'server/modules/coupons/service/reminders.ts',
    find: 'key: `coupon:${couponId}:expiring`',
    replace: 'key: `coupon:${couponId}:${now.getTime()}:expiring`',
    test: 'tests/modules/coupons/reminders.test.ts',
    name: 'who asked for it is reminded',
  },
  {
    guard: 'a member’s account is the mutex of the member’s ledger',
    file: 'server/modules/points/repository/books.ts',
    find: "    .orderBy('memberId')\n    .forUpdate()\n",
    replace: "    .orderBy('memberId')\n",
    test: 'tests/modules/points/ledger.test.ts',
    name: 'a rival in every gap between two statements of a spend',
  },
  {
    guard: 'no more comes back of a spend than was taken',
    file: 'server/modules/points/service/books.ts',
    find: 'if (rest > 0) throw pointsErrors.tooMuchBack()',
    replace: '',
    test: 'tests/modules/points/ledger.test.ts',
    name: 'invariant 5',
  },
  {
    guard: 'what is past its day is gone before the sweep has run',
    file: 'server/modules/points/service/session.ts',
    find: 'if (account.lots.length > 0) books.tidy(account)',
    replace: 'void account',
    test: 'tests/modules/points/ledger.test.ts',
    name: 'expired at the shop’s midnight',
  },
  {
    guard: 'an adjustment is decided once',
    file: 'server/modules/points/repository/requests.ts',
    find: "      .where('state', '=', 'waiting')\n      .executeTakeFirstOrThrow()",
    replace: '      .executeTakeFirstOrThrow()',
    test: 'tests/modules/points/ledger.test.ts',
    name: 'above the limit an adjustment waits',
  },
  {
    guard: 'many small adjustments count as one large one',
    file: 'server/modules/points/service/adjust.ts',
    find: 'return already + Math.abs(amount) > adjustLimit',
    replace: 'return already * 0 + Math.abs(amount) > adjustLimit',
    test: 'tests/modules/points/ledger.test.ts',
    name: 'above the limit an adjustment waits',
  },
  {
    guard: 'returns are counted on what is left of the sale, not one by one',
    file: 'server/modules/points/service/earn.ts',
    find: 'returns: isSale(root) ? (children.get(root.docKey) ?? []).toSorted(inOrder) : []',
    replace: 'returns: []',
    test: 'tests/modules/points/earning.test.ts',
    name: 'return-exact',
  },
  {
    guard: 'a dry run is adopted once',
    file: 'server/modules/tiers/service/dry-run.ts',
    find: 'if (adopted.numUpdatedRows !== 1n) throw tiersErrors.adopted()',
    replace: '',
    test: 'tests/modules/tiers/desk.test.ts',
    name: 'rules are tried in a shadow',
  },
]
