import type { Mutation } from './mutation.ts'

const GOODS = 'tests/modules/till/desk-goods.test.ts'

/** Guards of 店员核销: goods, several coupons, returns, prints. */
export const tillDeskGuards: readonly Mutation[] = [
  {
    guard: 'the goods of a desk sale come to its amount',
    file: 'server/modules/till/service/desk-sale.ts',
    find: 'if (sum !== amount) throw deskErrors.amountDiffers()',
    replace: 'if (sum < 0) throw deskErrors.amountDiffers()',
    test: GOODS,
    name: 'goods that the till has told',
  },
  {
    guard: 'the same key with other coupons is a conflict at the desk',
    file: 'server/modules/till/service/desk.ts',
    find: '(row.points === body.points && isUsed(row, body.couponCodes))',
    replace: 'row.points === body.points',
    test: GOODS,
    name: 'goods that the till has told',
  },
  {
    guard: 'a slip of another store is not printed at the desk',
    file: 'server/modules/till/service/desk.ts',
    find: 'if (row === undefined || !inScope(caller.scope, row.storeCode)) throw deskErrors.noRedemption()',
    replace: 'if (row === undefined) throw deskErrors.noRedemption()',
    test: GOODS,
    name: 'goods that the till has told',
  },
  {
    guard: 'the desk is one of the caller’s stores',
    file: 'server/modules/till/service/desk-sale.ts',
    find: 'if (!inScope(caller.scope, storeCode)) throw deskErrors.notYourStore()',
    replace: '',
    test: GOODS,
    name: 'a return needs the caller’s store',
  },
  {
    guard: 'the balance that was told with a desk sale is told again',
    file: 'server/modules/till/service/desk-sale.ts',
    find: 'balance: done.points?.balance ?? null,',
    replace: 'balance: null,',
    test: GOODS,
    name: 'goods that the till has told',
  },
  {
    guard: 'a lock that its release has overtaken holds nothing',
    file: 'server/modules/till/service/desk-sale.ts',
    find: "if (stands !== 'deskLock') throw tillErrors.cancelled()",
    replace: '',
    test: GOODS,
    name: 'a lock that its release has overtaken',
  },
  {
    guard: 'a desk return is made once for its key',
    file: 'server/modules/till/service/desk-return.ts',
    find: '}, body, async tx => {',
    replace: '}, { ...body, key: `${body.key}${clock.now().getTime()}${Math.random()}`.slice(0, 60) }, async tx => {',
    test: GOODS,
    name: 'goods come back at the desk',
  },
]
