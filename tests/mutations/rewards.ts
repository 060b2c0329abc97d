import type { Mutation } from './mutation.ts'

const races = 'tests/modules/rewards/mall-races.test.ts'
const lottery = 'tests/modules/rewards/lottery.test.ts'
const mall = 'tests/modules/rewards/mall.test.ts'

/** Guards of the points mall and the lottery. */
export const rewardsGuards: readonly Mutation[] = [
  {
    guard: 'no more is exchanged than there is',
    file: 'server/modules/rewards/repository/products.ts',
    find: "        .whereRef('taken', '<', 'stock')\n",
    replace: '',
    test: races,
    name: 'forty taps at once on ten pieces',
  },
  {
    guard: 'the place of a member is the limit',
    file: 'server/modules/rewards/service/exchange.ts',
    find: 'orders.insert({ ...order, limitNo: free })',
    replace: 'orders.insert({ ...order, limitNo: null })',
    test: races,
    name: 'twelve taps at once of a member who may have two',
  },
  {
    guard: 'what lies ready is handed over once',
    file: 'server/modules/rewards/repository/orders.ts',
    find: "      .where('state', '=', 'ready')\n      .where('claimUntil', '>', now)",
    replace: "      .where('claimUntil', '>', now)",
    test: races,
    name: 'one code shown at eight desks at once',
  },
  {
    guard: 'past its day nothing is handed over, swept or not',
    file: 'server/modules/rewards/repository/orders.ts',
    find: "      .where('claimUntil', '>', now)\n",
    replace: '',
    test: mall,
    name: 'what nobody picks up in time goes back by itself',
  },
  {
    guard: 'a code is good in its own store only',
    file: 'server/modules/rewards/service/orders.ts',
    find: 'if (!isMine(order.storeCode)) {',
    replace: 'if (order.storeCode === undefined) {',
    test: mall,
    name: 'handed over against its code once',
  },
  {
    guard: 'no more of a prize is given than was published',
    file: 'server/modules/rewards/repository/lotteries.ts',
    find: "eb('taken', '<', eb.ref('stock'))",
    replace: "eb('taken', '>=', 0)",
    test: lottery,
    name: 'forty draws at once on four prizes',
  },
  {
    guard: 'the draws of a lottery come one after the other',
    file: 'server/modules/rewards/repository/lotteries.ts',
    find: "where('id', '=', id).forUpdate().executeTakeFirst()",
    replace: "where('id', '=', id).executeTakeFirst()",
    test: lottery,
    name: 'forty draws at once on four prizes',
  },
  {
    guard: 'no prize is above what the country allows',
    file: 'server/modules/rewards/service/lottery/desk.ts',
    find: 'worthFen > TOP_PRIZE_FEN',
    replace: 'worthFen > TOP_PRIZE_FEN * 2',
    test: lottery,
    name: 'above ¥50,000 no prize is drawn up',
  },
  {
    guard: 'words that favour small numbers are passed over',
    file: 'server/modules/rewards/service/lottery/fair.ts',
    find: 'if (word < end) return word % base',
    replace: 'if (word <= end + WORD) return word % base',
    test: 'tests/modules/rewards/fair.test.ts',
    name: 'words that would favour small numbers are passed over',
  },
  {
    guard: 'every number below the base has a prize',
    file: 'server/modules/rewards/service/lottery/fair.ts',
    find: 'if (number < end) return prize',
    replace: 'if (number <= end) return prize',
    test: 'tests/modules/rewards/fair.test.ts',
    name: 'counted over all numbers',
  },
  {
    guard: 'a reward is given once by its key',
    file: 'server/modules/rewards/repository/grants.ts',
    find: 'if (uniqueViolation(error) === null) throw error\n      return false',
    replace: 'if (uniqueViolation(error) === null) throw error\n      return true',
    test: 'tests/modules/rewards/grant.test.ts',
    name: 'a key gives once for ever',
  },
]
