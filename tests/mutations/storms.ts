import type { Mutation } from './mutation.ts'

const SALES = 'tests/modules/till/storm.test.ts'
const RETURNS = 'tests/modules/till/storm-returns.test.ts'
const LOCKS = 'tests/modules/till/storm-locks.test.ts'
const PROMISES = 'tests/modules/till/storm-promises.test.ts'

/** Guards of coupons and sales that only tills at the same moment, or what they draw, bring to light. */
export const stormGuards: readonly Mutation[] = [
  {
    guard: 'storm: a request that holds a connection waits for no other',
    file: 'server/modules/till/service/hold.ts',
    find: 'quotes.quote(caller, basket, { from: tx })',
    replace: 'quotes.quote(caller, basket)',
    test: 'tests/modules/till/crowd.test.ts',
    name: 'no request of a till',
  },
  {
    guard: 'storm: a coupon takes off no more than there is',
    file: 'server/modules/coupons/service/goods.ts',
    find: 'const fen = Math.min(sum, wanted(sum))',
    replace: 'const fen = wanted(sum)',
    test: SALES,
    name: 'invariants 22, 23',
  },
  {
    guard: 'storm: no piece comes back twice',
    file: 'server/modules/till/repository/sales.ts',
    find: "      .where(after, '<=', sql.ref<string>('quantity'))\n",
    replace: '',
    test: SALES,
    name: 'invariant 23: what returns give back',
  },
  {
    guard: 'storm: quantities are decimals',
    file: 'server/modules/till/repository/sales.ts',
    find: 'cast(${quantity} as decimal(18, 4))',
    replace: '${quantity}',
    test: RETURNS,
    name: 'what is left of weighed goods',
  },
  {
    guard: 'storm: what is reckoned anew takes off no more than it did',
    file: 'server/modules/till/service/reckoning.ts',
    find: "terms.returnPolicy === 'reprice' && reckoner.suffices(candidate, goods)",
    replace: "terms.returnPolicy === 'reprice'",
    test: RETURNS,
    name: 'invariant 24: what stays is paid',
  },
  {
    guard: 'storm: a coupon that was given back takes nothing off the rest',
    file: 'server/modules/till/service/return-books.ts',
    find: '        used: all,',
    replace: '        used,',
    test: RETURNS,
    name: 'a coupon that a first return gave back',
  },
  {
    guard: 'storm: a code that the quote leaves out is refused',
    file: 'server/modules/coupons/service/use.ts',
    find: 'combine(candidates, occasion.goods).length < candidates.length',
    replace: 'combine(candidates, occasion.goods).length < 0',
    test: PROMISES,
    name: 'a code that the quote leaves out',
  },
  {
    guard: 'storm: what was paid is what was shown',
    file: 'server/modules/till/service/sale.ts',
    find: 'if (paid !== payable) throw',
    replace: 'if (paid < 0) throw',
    test: PROMISES,
    name: 'invariant 25: the price that was shown',
  },
  {
    guard: 'storm: the last yuan of a budget',
    file: 'server/modules/coupons/repository/templates.ts',
    find: ".where(eb => eb(eb('spent', '+', fen), '<=', eb.ref('budget')))",
    replace: '',
    test: PROMISES,
    name: 'invariant 28: coupons of one promotion',
  },
  {
    guard: 'storm: a stock and a budget only grow',
    file: 'server/modules/coupons/repository/templates.ts',
    find: "query.where('budget', '<=', change.budget)",
    replace: 'query',
    test: PROMISES,
    name: 'invariant 28: the stock and the budget',
  },
  {
    guard: 'storm: coupons work in their own order',
    file: 'server/modules/coupons/service/combine.ts',
    find: 'return coupons.toSorted(inOrder).map(',
    replace: 'return [...coupons].map(',
    test: PROMISES,
    name: 'invariant 29',
  },
  {
    guard: 'storm: points that pay are told to the rule',
    file: 'server/modules/till/service/record.ts',
    find: 'payments: paymentsWith(receipt.payments, points, sale.payable),',
    replace: 'payments: receipt.payments,',
    test: PROMISES,
    name: 'invariant 10',
  },
  {
    guard: 'storm: a receipt that is over takes no lock',
    file: 'server/modules/till/service/sale.ts',
    find: 'await open(tx, docKey, await tillSalesRepository(tx).hold(docKey))',
    replace: '',
    test: LOCKS,
    name: 'a till that gives up',
  },
  {
    guard: 'storm: the clock says what has expired',
    file: 'server/modules/coupons/service/evaluate.ts',
    find: "if (coupon.state === 'expired' || coupon.validTo <= now) return refusals.expired",
    replace: "if (coupon.state === 'expired') return refusals.expired",
    test: LOCKS,
    name: 'invariant 26',
  },
]
