import type { Mutation } from './mutation.ts'

const CODES = 'tests/modules/till/codes.test.ts'
const VOID = 'tests/modules/till/void.test.ts'
const OFFLINE = 'tests/modules/till/offline.test.ts'

/** Guards of codes, proofs, points as money and offline sales at the till. */
export const tillCodeGuards: readonly Mutation[] = [
  {
    guard: 'a turning code that another till has taken does not spend',
    file: 'server/modules/till/service/reading.ts',
    find: "if (!isOurs) return weak(seen.memberId, 'code', 'used')",
    replace: '',
    test: CODES,
    name: 'the code that a phone computes',
  },
  {
    guard: 'a proof is used up by one sale',
    file: 'server/modules/till/repository/codes.ts',
    find: "        .where(eb => eb.or([eb('docKey', 'is', null), eb('docKey', '=', docKey)]))\n",
    replace: '',
    test: CODES,
    name: 'of twenty tills',
  },
  {
    guard: 'what is older than a code that was shown is a picture',
    file: 'server/modules/till/service/reading.ts',
    find: "if (!isFresh || (await tillCodesRepository(from).hasLater('code', seen.handle, seen.window)))",
    replace: 'if (!isFresh)',
    test: CODES,
    name: 'a code lives for its half minute',
  },
  {
    guard: 'guessing a phone’s code ends after ten tries',
    file: 'server/modules/members/service/turning.ts',
    find: 'if (Number(await redis.get(wrongKey(handle))) >= WRONG_TRIES) return null',
    replace: '',
    test: CODES,
    name: 'forged digits',
  },
  {
    guard: 'a link of a signed code leads to what was signed',
    file: 'till-client/src/codes.ts',
    find: "if (link !== anchor) return { ok: false, why: 'forged' }",
    replace: '',
    test: CODES,
    name: 'the signed code is checked',
  },
  {
    guard: 'an offline code proves one sale',
    file: 'server/modules/till/service/offline.ts',
    find: 'doubt: isOurs ? null : doubts.replayed',
    replace: 'doubt: null',
    test: OFFLINE,
    name: 'conflicts are named',
  },
  {
    guard: 'a revoked phone takes nothing from its member',
    file: 'server/modules/till/service/offline.ts',
    find: 'if (holder.revokedAt !== null && holder.revokedAt <= soldAt) return { memberId: null, doubt: doubts.revoked }',
    replace: '',
    test: OFFLINE,
    name: 'conflicts are named',
  },
  {
    guard: 'a retired key proves nothing any more',
    file: 'server/modules/till/service/signing.ts',
    find: '.filter(({ retiredAt }) => retiredAt === null || retiredAt > at)',
    replace: '.filter(({ retiredAt }) => retiredAt === null || at <= at)',
    test: VOID,
    name: 'a new key signs',
  },
  {
    guard: 'a blocked card spends nothing',
    file: 'server/modules/till/service/customer.ts',
    find: "...(isBlocked ? { spends: false, weak: 'blocked' as const } : {}),",
    replace: '',
    test: VOID,
    name: 'a card that an alert blocks',
  },
  {
    guard: 'a loss is written off once',
    file: 'server/modules/till/repository/offline.ts',
    find: "          .where('writtenOffAt', 'is', null)\n          .executeTakeFirstOrThrow(),",
    replace: '          .executeTakeFirstOrThrow(),',
    test: VOID,
    name: 'a loss is written off once',
  },
  {
    guard: 'what a file tells of a sale waits for a return that our till makes of it',
    file: 'server/modules/till/service/told-returns.ts',
    find: 'const sale = await sales.hold(saleKey)',
    replace: 'const sale = await sales.sale(saleKey)',
    test: 'tests/modules/till/told-returns.test.ts',
    name: 'it waits, and both are back',
  },
  {
    guard: 'a return of our own till is not taken again from the file',
    file: 'server/modules/till/repository/told-returns.ts',
    find: "      .where('e.docKey', 'is', null)\n      .orderBy('r.docKey')",
    replace: "      .orderBy('r.docKey')",
    test: 'tests/modules/till/told-returns.test.ts',
    name: 'a return that our own till made',
  },
  {
    guard: 'the quote reckons with how the sale will be paid',
    file: 'server/modules/till/service/earning.ts',
    find: 'payments: paymentsWith(body.payments ?? [], basket.points, basket.payable),',
    replace: 'payments: paymentsWith([], null, basket.payable),',
    test: 'tests/modules/till/earning.test.ts',
    name: 'what the quote says a sale earns',
  },
]
