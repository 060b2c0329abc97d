import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { raceAt } from '../../support/race.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

let shop: World
let ann = ''
let bob = ''
beforeAll(async () => {
  shop = await world()
  await stockShelf(shop)
})
afterAll(() => shop.close())
beforeEach(async () => {
  shop.clock.set('2026-11-22T04:00:00.000Z')
  for (const table of ['points_rules', 'points_request'] as const) await shop.db.deleteFrom(table).execute()
  ;[ann = '', bob = ''] = await addMembers(shop, 2)
})

let numbers = 0
const key = (): string => `test:${(numbers += 1)}`
const points = () => shop.modules.points
const grant = (memberId: string, amount: number, expiresOn?: string, k = key()) =>
  inTransaction(shop.db, tx => points().grant(tx, [{ key: k, memberId, points: amount, expiresOn }]))
const spend = (memberId: string, amount: number, k = key()) =>
  inTransaction(shop.db, tx => points().spend(tx, { key: k, memberId, points: amount }))
const giveBack = (spendKey: string, amount: number, k = key()) =>
  inTransaction(shop.db, tx => points().giveBack(tx, { key: k, spendKey, points: amount }))
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const lots = (memberId: string) =>
  shop.db.selectFrom('points_lot').selectAll().where('memberId', '=', memberId).orderBy('due').execute()
const sweep = () => points().sweep(new AbortController().signal)

test('invariant 4: a key is one entry for ever: who asks the same at once or a year later hears the same, who asks anything else is refused', async () => {
  const ask = fc.record({
    key: fc.nat(2),
    what: fc.constantFrom('grant', 'spend', 'giveBack'),
    who: fc.nat(1),
    amount: fc.constantFrom(5, 5, 7),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { minLength: 2, maxLength: 24 }), async asks => {
      shop.clock.set('2026-11-22T04:00:00.000Z')
      const people = await addMembers(shop, 2)
      const first = people.map(() => key())
      for (const [who, person] of people.entries()) {
        await grant(person, 1000, '2099-01-01')
        await spend(person, 500, first[who])
      }
      const keys = [key(), key(), key()]
      const tell = async ({ key: n, what, who, amount }: (typeof asks)[number]): Promise<string> => {
        const [k, person, spent] = [keys[n], people[who] ?? '', first[who] ?? '']
        const work =
          what === 'spend'
            ? spend(person, amount, k)
            : what === 'grant'
              ? grant(person, amount, '2099-01-01', k)
              : giveBack(spent, amount, k)
        return work.then(
          result => JSON.stringify([result].flat()),
          (error: unknown) => (error as { code: string }).code,
        )
      }
      const meant = asks.map(({ key: n, ...rest }) => JSON.stringify([n, rest]))
      const told = await Promise.all(asks.map(tell))
      const worth = [500, 500]
      for (const n of new Set(asks.map(one => one.key))) {
        const winner = asks.findIndex((one, i) => one.key === n && told[i] !== 'points.keyReused')
        expect(winner).not.toBe(-1)
        for (const [i, one] of asks.entries())
          if (one.key === n) expect(told[i]).toBe(meant[i] === meant[winner] ? told[winner] : 'points.keyReused')
        const { what, who, amount } = asks[winner] ?? expect.unreachable()
        worth[who] = (worth[who] ?? 0) + (what === 'spend' ? -amount : amount)
      }
      expect(await Promise.all(people.map(usable))).toEqual(worth)
      shop.clock.set('2027-12-01T04:00:00.000Z')
      expect(await Promise.all(asks.map(tell))).toEqual(told)
      expect(await Promise.all(people.map(usable))).toEqual(worth)
    }),
    { numRuns: 15 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 120_000)

test('never below zero: sixty spends of ten at once from a hundred make ten, whoever is first', async () => {
  await grant(ann, 100)
  const answers = await Promise.allSettled(Array.from({ length: 60 }, () => spend(ann, 10)))
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(10)
  expect(await usable(ann)).toBe(0)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a rival in every gap between two statements of a spend: the points are spent once', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const [member = ''] = await addMembers(shop, 1)
    await grant(member, 50)
    const race = await raceAt(
      shop.db,
      gap,
      tx => points().spend(tx, { key: key(), memberId: member, points: 50 }),
      () => spend(member, 50),
    )
    statements = Math.max(statements, race.statements)
    expect([race.result.status, race.other.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await usable(member)).toBe(0)
  }
  expect(statements).toBeGreaterThanOrEqual(4)
  expect(await ledgerFaults(shop)).toEqual([])
}, 60_000)

test('a rival in every gap while a receipt is settled: it is credited once', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const id = `G${gap}`.padEnd(26, '0')
    const [member = ''] = await addMembers(shop, 1)
    await writeReceipt(shop, { id, memberId: member, lines: [{ product: 'rice', net: '40' }] })
    const race = await raceAt(
      shop.db,
      gap,
      tx => points().settle(tx, [id]),
      () => settle(shop, [id]),
    )
    statements = Math.max(statements, race.statements)
    await settle(shop, [id])
    expect(await usable(member)).toBe(40)
  }
  expect(await ledgerFaults(shop)).toEqual([])
}, 60_000)

test('invariant 5: what comes back of a spend is never more than was taken, in any number of parts at once', async () => {
  await grant(ann, 100)
  const k = key()
  await spend(ann, 60, k)
  const answers = await Promise.allSettled(Array.from({ length: 12 }, () => giveBack(k, 10)))
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(6)
  expect(await usable(ann)).toBe(100)
  expect(await failure(giveBack(k, 1))).toBe('points.tooMuchBack')
  expect(await ledgerFaults(shop)).toEqual([])
})

test('invariant 7: points given back keep the expiry they had; expired meanwhile they lapse, or live for the days of grace', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  for (const [graceDays, left] of [
    [0, 50],
    [10, 80],
  ] as const) {
    await owner.changeRules({ body: { graceDays } })
    const [member = ''] = await addMembers(shop, 1)
    await grant(member, 30, '2026-11-25')
    await grant(member, 50, '2027-11-25')
    const k = key()
    await spend(member, 40, k)
    expect((await lots(member)).map(lot => lot.remaining)).toEqual([0, 40])
    shop.clock.set('2026-12-01T04:00:00.000Z')
    await giveBack(k, 40)
    expect(await usable(member)).toBe(left)
    const reasons = await shop.db
      .selectFrom('points_entry')
      .select(['reason', 'amount'])
      .where('memberId', '=', member)
      .orderBy('seq')
      .execute()
    expect(reasons.slice(2).map(entry => `${entry.reason} ${entry.amount}`)).toEqual([
      'spend -40',
      'giveBack 40',
      'expiry -30',
      ...(graceDays === 0 ? [] : ['grace 30']),
    ])
    shop.clock.set('2026-11-22T04:00:00.000Z')
  }
  expect(await ledgerFaults(shop)).toEqual([])
})

test('who spends has all that is past its day booked first, however many lots that are, and spends of the next that stands', async () => {
  for (let n = 0; n < 4; n++) await grant(ann, 10, '2026-11-23')
  for (const day of ['2026-12-24', '2026-12-23', '2026-12-23']) await grant(ann, 20, day)
  shop.clock.set('2026-11-24T04:00:00.000Z')
  await spend(ann, 5)
  expect((await lots(ann)).map(lot => lot.remaining)).toEqual([0, 0, 0, 0, 15, 20, 20])
  expect(await usable(ann)).toBe(55)
  await spend(ann, 45)
  expect((await lots(ann)).map(lot => lot.remaining)).toEqual([0, 0, 0, 0, 0, 0, 10])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('expired at the shop’s midnight by the clock, not by the sweep; swept twice and by two at once it expires once', async () => {
  await grant(ann, 30, '2026-11-23')
  await grant(ann, 20, '2026-12-23')
  await grant(bob, 5, '2026-11-23')
  shop.clock.set('2026-11-22T15:59:59.000Z')
  expect(await usable(ann)).toBe(50)
  shop.clock.set('2026-11-22T16:00:00.000Z')
  expect(await usable(ann)).toBe(20)
  expect(await failure(spend(ann, 21))).toBe('points.notEnough')
  await Promise.all([sweep(), sweep()])
  await sweep()
  const gone = await shop.db
    .selectFrom('points_entry')
    .select(['memberId', 'amount'])
    .where('reason', '=', 'expiry')
    .where('memberId', 'in', [ann, bob])
    .execute()
  expect(new Map(gone.map(entry => [entry.memberId, entry.amount]))).toEqual(
    new Map([
      [ann, -30],
      [bob, -5],
    ]),
  )
  expect(gone).toHaveLength(2)
  expect(await ledgerFaults(shop)).toEqual([])
})

const told = async (): Promise<unknown[]> =>
  (
    await shop.db
      .selectFrom('outbox')
      .select('payloadJson')
      .where('name', '=', 'points.expiringSoon')
      .orderBy('id')
      .execute()
  )
    .flatMap(row => (JSON.parse(row.payloadJson) as { items: { memberId: string }[] }).items)
    .filter(item => item.memberId === ann || item.memberId === bob)

test('members are told before their points expire: once by each notice of the rules, however often the night is run', async () => {
  await shop.db.deleteFrom('outbox').execute()
  await grant(ann, 30, '2026-12-20')
  await grant(bob, 30, '2027-12-20')
  const item = { memberId: ann, expiresOn: '2026-12-20', points: 30 }
  await sweep()
  await sweep()
  expect(await told()).toEqual([{ ...item, days: 30 }])
  // Between the two notices nothing is said; two workers that meet on the day of the second one say it once.
  shop.clock.set('2026-12-12T04:00:00.000Z')
  await sweep()
  expect(await told()).toHaveLength(1)
  shop.clock.set('2026-12-13T04:00:00.000Z')
  await Promise.all([sweep(), sweep()])
  await sweep()
  expect(await told()).toEqual([
    { ...item, days: 30 },
    { ...item, days: 7 },
  ])
})

test('a notice that no night told is left out when the next is due, and new rules tell nobody the same again', async () => {
  await shop.db.deleteFrom('outbox').execute()
  await grant(ann, 30, '2026-12-20')
  shop.clock.set('2026-12-14T04:00:00.000Z')
  await sweep()
  expect(await told()).toEqual([{ memberId: ann, expiresOn: '2026-12-20', points: 30, days: 7 }])
  const owner = (await shop.as('owner')).call(pointsApi)
  await owner.changeRules({ body: { noticeDays: [30, 10, 1] } })
  await sweep()
  expect(await told()).toHaveLength(1)
  shop.clock.set('2026-12-19T04:00:00.000Z')
  await sweep()
  expect(await told()).toMatchObject([{ days: 7 }, { days: 1 }])
})

test('points within the return window are pending; they become usable by themselves and pay a debt first', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  await owner.changeRules({ body: { pendingDays: 7 } })
  const id = 'P1'.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: ann, businessDate: '2026-11-22', lines: [{ product: 'rice', net: '80' }] })
  await settle(shop, [id])
  const account = async () => (await shop.as('owner')).call(pointsApi).balance({ params: { memberId: ann } })
  expect(await account()).toMatchObject({ balance: 0, pending: 80 })
  await owner.adjust({ params: { memberId: ann }, body: { key: 'a-small-debt', amount: -15, reason: '误发冲正' } })
  shop.clock.set('2026-11-29T04:00:00.000Z')
  expect(await account()).toMatchObject({ balance: 65, pending: 0 })
  await sweep()
  expect(await account()).toMatchObject({ balance: 65, active: 65, debt: 0, pending: 0 })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('two accounts become one and apart again: lots keep their expiry, what was used stays used', async () => {
  await grant(ann, 30, '2027-01-01')
  await grant(ann, 50)
  await grant(bob, 10)
  await inTransaction(shop.db, tx => points().moveAll(tx, { key: 'merge:1', from: ann, to: bob }))
  await inTransaction(shop.db, tx => points().moveAll(tx, { key: 'merge:1', from: ann, to: bob }))
  expect([await usable(ann), await usable(bob)]).toEqual([0, 90])
  await spend(bob, 20)
  await inTransaction(shop.db, tx =>
    points().moveBack(tx, { key: 'unmerge:1', moveKey: 'merge:1', from: ann, to: bob }),
  )
  expect([await usable(ann), await usable(bob)]).toEqual([60, 10])
  expect((await lots(ann)).filter(lot => lot.state === 'open').map(lot => [lot.remaining, lot.expiresOn])).toEqual([
    [10, '2027-01-01'],
    [50, '9999-12-31'],
  ])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('above the limit an adjustment waits for a second pair of eyes, however it is cut into pieces', async () => {
  const [agent, finance] = [await shop.as('agent'), await shop.as('finance')]
  const give = (amount: number) =>
    agent
      .call(pointsApi)
      .adjust({ params: { memberId: ann }, body: { key: key().padEnd(8, '0'), amount, reason: '顾客投诉补偿' } })
  expect(await give(600)).toMatchObject({ balance: 600, waiting: false })
  expect(await give(600)).toMatchObject({ balance: 600, waiting: true })
  const desk = finance.call(pointsApi)
  const [request] = (await desk.requests({ query: { state: 'waiting' } })).items
  const params = { requestId: request?.requestId ?? '' }
  expect(await failure(agent.call(pointsApi).approve({ params, body: {} }))).toBe('common.forbidden')
  const deciders = await Promise.allSettled(Array.from({ length: 6 }, () => desk.approve({ params, body: {} })))
  expect(deciders.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  expect(await usable(ann)).toBe(1200)
  const owner = (await shop.as('owner')).call(pointsApi)
  await owner.adjust({ params: { memberId: bob }, body: { key: 'own-request', amount: 5000, reason: '自己提交' } })
  const [own] = (await owner.requests({ query: { state: 'waiting' } })).items
  expect(await failure(owner.approve({ params: { requestId: own?.requestId ?? '' }, body: {} }))).toBe(
    'points.notYourOwn',
  )
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a person may not push an account deeper into debt than the limit; a return always counts', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  await owner.changeRules({ body: { debtLimit: { otherwise: 100, tiers: {} } } })
  const take = (amount: number) =>
    owner.adjust({ params: { memberId: ann }, body: { key: key().padEnd(8, '0'), amount, reason: '误发冲正' } })
  expect(await take(-100)).toMatchObject({ debt: 100 })
  expect(await failure(take(-1))).toBe('points.debtLimit')
  const id = 'T1'.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: ann, type: 'return', lines: [{ product: 'rice', net: '-30' }] })
  await settle(shop, [id])
  expect(await usable(ann)).toBe(-130)
})

test('an entry is followed to its accounts, lots, receipt and rules; a changed entry, lot or balance is found', async () => {
  const id = 'E1'.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId: ann, lines: [{ product: 'rice', net: '80' }] })
  await settle(shop, [id])
  await spend(ann, 30)
  const desk = (await shop.as('owner')).call(pointsApi)
  const params = { memberId: ann }
  const [spent, sale] = (await desk.entries({ params, query: {} })).items
  const explained = await desk.explainEntry({ params: { ...params, entryId: spent?.entryId ?? '' } })
  expect(explained.legs).toEqual([
    { account: 'member:active', debit: 30, credit: 0 },
    { account: 'redeemed', debit: 0, credit: 30 },
  ])
  expect(explained.took).toMatchObject([{ points: 30, lot: { documentId: id, granted: 80, remaining: 50 } }])
  const first = await desk.explainEntry({ params: { ...params, entryId: sale?.entryId ?? '' } })
  expect(first).toMatchObject({ seq: 1, receipt: { documentId: id, rulesVersion: 0 }, made: [{ granted: 80 }] })
  expect(await ledgerFaults(shop)).toEqual([])

  const checksOf = async (): Promise<string[]> =>
    [...new Set((await points().verify()).differences.map(one => one.check))].toSorted()
  await shop.db
    .updateTable('points_entry')
    .set({ note: '改过' })
    .where('id', '=', sale?.entryId ?? '')
    .execute()
  expect(await checksOf()).toEqual(['chain'])
  await shop.db
    .updateTable('points_entry')
    .set({ note: null })
    .where('id', '=', sale?.entryId ?? '')
    .execute()
  await shop.db.updateTable('points_lot').set({ remaining: 51 }).where('memberId', '=', ann).execute()
  expect(await checksOf()).toEqual(['holdings', 'lots'])
  await shop.db.updateTable('points_lot').set({ remaining: 50 }).where('memberId', '=', ann).execute()
  await shop.db.updateTable('points_account').set({ balance: 51 }).where('memberId', '=', ann).execute()
  expect(await checksOf()).toEqual(['accounts', 'holdings'])
  await shop.db.updateTable('points_account').set({ balance: 50 }).where('memberId', '=', ann).execute()
  await shop.db.updateTable('points_document').set({ points: 81 }).where('documentId', '=', id).execute()
  expect(await checksOf()).toEqual(['documents'])
  await shop.db.updateTable('points_document').set({ points: 80 }).where('documentId', '=', id).execute()
  expect(await ledgerFaults(shop)).toEqual([])
})
