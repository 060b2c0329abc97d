import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { codeOf, openStores, pointsOf, runJob, shopperWith, tap, type Shopper } from './mall.ts'

let on: Stage
let owner: StaffUser
let people: Shopper[] = []
const DAY = 86_400_000
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
  people = await Promise.all(range(3).map(i => shopperWith(on, `会员${i}`, 1000)))
}, 60_000)
afterAll(() => on.close())

const who = (i: number): Shopper => {
  const person = people[i]
  if (person === undefined) throw new Error('nobody')
  return person
}
const shop = (i: number) => on.shop.call(rewardsApi, who(i).headers)
const desk = (user: StaffUser = owner) => user.call(rewardsApi)
const rules = '每位会员每天可免费抽一次,也可用积分加抽;奖品发完后改发安慰奖。'
const at = (milliseconds: number): string => new Date(on.shop.clock.now().getTime() + milliseconds).toISOString()
const points = (name: string, worth: number, odds: number, stock: number, more: object = {}) => ({
  name,
  kind: 'points' as const,
  points: worth,
  odds,
  stock,
  ...more,
})
const draft = (more: Record<string, unknown> = {}) => ({
  name: '店庆抽奖',
  organiser: '禾谷生鲜',
  rules,
  opensAt: at(-1000),
  closesAt: at(5 * DAY),
  budgetFen: 100_000,
  freePerDay: 1,
  prizes: [points('一等奖', 100, 10_000, 1), points('二等奖', 10, 200_000, 10)],
  ...more,
})
async function published(more: Record<string, unknown> = {}): Promise<string> {
  const { lotteryId } = await desk().createLottery({ body: draft(more) })
  await desk().publishLottery({ params: { lotteryId } })
  return lotteryId
}
const draw = (i: number, lotteryId: string, way: 'free' | 'points' = 'free', key = tap()) =>
  shop(i).draw({ params: { lotteryId }, body: { key, way } })
const proof = (lotteryId: string) => desk().verifyLottery({ params: { lotteryId } })
const sound = { seedHolds: true, termsHold: true, wrong: [] }

test('above ¥50,000 no prize is drawn up; odds above 100 % and prizes above the budget are refused', async () => {
  const goods = { name: '汽车', kind: 'goods' as const, worthFen: 5_000_001, odds: 1, stock: 1 }
  const body = draft({ prizes: [goods], budgetFen: 10_000_000 })
  expect(await codeOf(desk().createLottery({ body }))).toBe('rewards.topPrize')
  const allowed = draft({ prizes: [{ ...goods, worthFen: 5_000_000 }], budgetFen: 10_000_000 })
  const { lotteryId } = await desk().createLottery({ body: allowed })
  // In points as well: what a point costs makes their worth.
  const dear = draft({ prizes: [points('积分', 10_000_000, 1, 1)], budgetFen: 1_000_000_000 })
  expect(await codeOf(desk().createLottery({ body: dear }))).toBe('rewards.topPrize')
  expect(await codeOf(desk().updateLottery({ params: { lotteryId }, body }))).toBe('rewards.topPrize')
  const much = draft({ prizes: [points('一', 1, 600_000, 1), points('二', 1, 400_001, 1)] })
  expect(await codeOf(desk().createLottery({ body: much }))).toBe('rewards.tooMuchOdds')
  const poor = await desk().createLottery({ body: draft({ prizes: [{ ...goods, worthFen: 50_001, stock: 2 }] }) })
  expect(await codeOf(desk().publishLottery({ params: { lotteryId: poor.lotteryId } }))).toBe('rewards.overBudget')
  const late = await desk().createLottery({ body: draft({ opensAt: at(-2 * DAY), closesAt: at(-DAY) }) })
  expect(await codeOf(desk().publishLottery({ params: { lotteryId: late.lotteryId } }))).toBe('rewards.alreadyOver')
  const store = await on.shop.as('marketer', { stores: ['S01'] })
  expect(await codeOf(desk(store).createLottery({ body: draft() }))).toBe('rewards.wholeChain')
})

test('a chance opens by the day or for points, by nothing else: no field of a lottery knows a purchase, sharing or following', async () => {
  for (const condition of [{ minSpend: 100 }, { mustShare: true }, { mustFollow: true }, { minTier: 'gold' }]) {
    const made = await desk().createLottery({ body: draft(condition) })
    expect(Object.keys(made)).not.toContain(Object.keys(condition)[0])
  }
  expect(await codeOf(desk().createLottery({ body: draft({ freePerDay: 0 }) }))).toBe('common.invalidRequest')
})

test('what is published stands: odds of every prize, rules, period, organiser, and the hash of a seed that nobody sees', async () => {
  const lotteryId = await published()
  const seen = await shop(0).shopLottery({ params: { lotteryId } })
  expect(seen).toMatchObject({ organiser: '禾谷生鲜', rules, isOpen: true, seed: null, mine: { freeLeft: 1 } })
  expect(seen.prizes.map(({ kind, odds }) => [kind, odds])).toEqual([
    ['points', 10_000],
    ['points', 200_000],
    ['nothing', 790_000],
  ])
  expect(seen.seedHash).toMatch(/^[0-9a-f]{64}$/)
  expect(await codeOf(desk().updateLottery({ params: { lotteryId }, body: draft() }))).toBe('rewards.notDraft')
  const row = await on.shop.db.selectFrom('lottery').selectAll().where('id', '=', lotteryId).executeTakeFirstOrThrow()
  expect(row.seed).toBeNull()
  expect(JSON.stringify(await desk().lottery({ params: { lotteryId } }))).not.toContain(row.seedSealed)
  // A draft is nobody's business.
  const { lotteryId: hidden } = await desk().createLottery({ body: draft() })
  expect(await codeOf(shop(0).shopLottery({ params: { lotteryId: hidden } }))).toBe('rewards.noLottery')
  expect(await codeOf(draw(0, hidden))).toBe('rewards.notOpen')
})

test('one free chance a day, further ones for points; a tap told again is the same draw', async () => {
  const lotteryId = await published({
    freePerDay: 1,
    pointsPerDraw: 20,
    pointsDrawsPerDay: 2,
    prizes: [{ name: '毛巾', kind: 'goods' as const, worthFen: 1000, odds: 1, stock: 1 }],
  })
  const before = await pointsOf(on.shop, who(0).memberId)
  const key = tap()
  const first = await draw(0, lotteryId, 'free', key)
  expect(await draw(0, lotteryId, 'free', key)).toEqual(first)
  expect(await codeOf(draw(0, lotteryId, 'points', key))).toBe('rewards.keyReused')
  expect(await codeOf(draw(0, lotteryId))).toBe('rewards.noChance')
  await draw(0, lotteryId, 'points')
  await draw(0, lotteryId, 'points')
  expect(await codeOf(draw(0, lotteryId, 'points'))).toBe('rewards.noChance')
  expect(await pointsOf(on.shop, who(0).memberId)).toBe(before - 40)
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + DAY))
  expect((await draw(0, lotteryId)).n).toBe(4)
  expect((await shop(0).myDraws()).items).toHaveLength(4)
  const poor = await shopperWith(on, '没积分的', 19)
  const call = on.shop.call(rewardsApi, poor.headers)
  expect(await codeOf(call.draw({ params: { lotteryId }, body: { key: tap(), way: 'points' } }))).toBe(
    'points.notEnough',
  )
  // What was refused has used no number: the draws stay without a gap.
  expect((await draw(1, lotteryId)).n).toBe(5)
})

test('forty draws at once on four prizes: four are given, the consolation follows, then nothing; points and proof add up', async () => {
  const lotteryId = await published({
    freePerDay: 20,
    prizes: [points('一等奖', 7, 1_000_000, 4), points('安慰奖', 1, 0, 20, { isConsolation: true })],
  })
  const before = await Promise.all(range(3).map(i => pointsOf(on.shop, who(i).memberId)))
  const drawn = await Promise.all(range(40).map(i => draw(i % 3, lotteryId)))
  expect(drawn.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(range(40).map(i => i + 1))
  const names = drawn.toSorted((a, b) => a.n - b.n).map(({ prize }) => prize.name)
  expect(names).toEqual([
    ...range(4).map(() => '一等奖'),
    ...range(20).map(() => '安慰奖'),
    ...range(16).map(() => '谢谢参与'),
  ])
  const after = await Promise.all(range(3).map(i => pointsOf(on.shop, who(i).memberId)))
  expect(after.reduce((a, b) => a + b, 0) - before.reduce((a, b) => a + b, 0)).toBe(4 * 7 + 20)
  const lottery = await desk().lottery({ params: { lotteryId } })
  expect(lottery.prizes.map(({ taken }) => taken)).toEqual([4, 20, 16])
  expect(lottery.givenFen).toBeLessThanOrEqual(lottery.budgetFen)
  expect(await proof(lotteryId)).toMatchObject({ draws: 40, ...sound })
  expect((await on.shop.modules.points.verify()).differences).toEqual([])
}, 60_000)

test('of twelve taps at once with one chance, one draws', async () => {
  const lotteryId = await published()
  const told = await Promise.all(range(12).map(() => codeOf(draw(2, lotteryId))))
  expect(told.toSorted()).toEqual(['done', ...range(11).map(() => 'rewards.noChance')])
  const key = tap()
  const twins = await Promise.all(range(8).map(() => draw(1, lotteryId, 'free', key)))
  expect(new Set(twins.map(({ drawId }) => drawId)).size).toBe(1)
  expect((await proof(lotteryId)).draws).toBe(2)
})

test('at the end the seed is revealed; whoever has it computes every draw, without a line of ours', async () => {
  const lotteryId = await published({ freePerDay: 20, prizes: [points('一等奖', 5, 300_000, 100)] })
  await Promise.all(range(24).map(i => draw(i % 3, lotteryId)))
  await runJob(on.shop, 'rewards.endLotteries')
  expect((await shop(0).shopLottery({ params: { lotteryId } })).seed).toBeNull()
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 6 * DAY))
  // Past its end nothing is drawn, ended by the job or not.
  expect(await codeOf(draw(0, lotteryId))).toBe('rewards.notOpen')
  await runJob(on.shop, 'rewards.endLotteries')
  const { seed, seedHash, state } = await shop(0).shopLottery({ params: { lotteryId } })
  expect(state).toBe('ended')
  const bytes = Buffer.from(seed ?? '', 'hex')
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(seedHash)
  const draws = (await desk().draws({ params: { lotteryId }, query: { limit: 200 } })).items
  expect(draws).toHaveLength(24)
  for (const { ticket, number, prize, n } of draws) {
    // By hand: the first four bytes are nearly always good (all but 0.02 %), else the next four.
    const mac = createHmac('sha256', bytes).update(ticket).digest()
    const word = [0, 4, 8, 12].map(from => mac.readUInt32BE(from)).find(one => one < 4_294_000_000)
    expect((word ?? 0) % 1_000_000).toBe(number)
    expect(prize).toBe(number < 300_000 ? '一等奖' : '谢谢参与')
    expect(ticket).toContain(`:${n}:`)
  }
  expect(await proof(lotteryId)).toMatchObject({ draws: 24, ...sound })
})

test('whoever changes a draw, a prize, the rules or leaves a draw out is found', async () => {
  const lotteryId = await published({ freePerDay: 20, prizes: [points('一等奖', 5, 500_000, 100)] })
  await Promise.all(range(9).map(i => draw(i % 3, lotteryId)))
  expect(await proof(lotteryId)).toMatchObject({ draws: 9, ...sound })
  const prizes = await on.shop.db.selectFrom('lottery_prize').selectAll().where('lotteryId', '=', lotteryId).execute()
  const idOf = (kind: string): string => prizes.find(prize => prize.kind === kind)?.id ?? ''
  const draws = on.shop.db.updateTable('lottery_draw').where('lotteryId', '=', lotteryId)
  const rowOf = async (n: number) =>
    on.shop.db
      .selectFrom('lottery_draw')
      .selectAll()
      .where('lotteryId', '=', lotteryId)
      .where('n', '=', n)
      .executeTakeFirstOrThrow()
  const kept = await rowOf(3)
  const wins = kept.prizeId === idOf('points')
  const other = wins ? idOf('nothing') : idOf('points')
  await draws.set({ prizeId: other }).where('n', '=', 3).execute()
  expect((await proof(lotteryId)).wrong).toEqual([{ n: 3, what: 'instead' }])
  await draws.set({ prizeId: other, drawnPrizeId: other }).where('n', '=', 3).execute()
  expect((await proof(lotteryId)).wrong).toEqual([{ n: 3, what: 'prize' }])
  await draws
    .set({ number: wins ? 999_999 : 0 })
    .where('n', '=', 3)
    .execute()
  expect((await proof(lotteryId)).wrong).toEqual([{ n: 3, what: 'number' }])
  await on.shop.db.deleteFrom('lottery_draw').where('lotteryId', '=', lotteryId).where('n', '=', 3).execute()
  expect((await proof(lotteryId)).wrong).toEqual([{ n: 3, what: 'missing' }])
  await on.shop.db.insertInto('lottery_draw').values(kept).execute()
  await on.shop.db.updateTable('lottery_prize').set({ stock: 50 }).where('id', '=', idOf('points')).execute()
  expect(await proof(lotteryId)).toMatchObject({ termsHold: false, wrong: [] })
})

test('goods wait for the word of the winner: picked up or sent, never cancelled, and lost after their days', async () => {
  const lotteryId = await published({
    freePerDay: 3,
    claimDays: 5,
    prizes: [{ name: '电饭煲', kind: 'goods' as const, worthFen: 19_900, odds: 1_000_000, stock: 3 }],
  })
  const [first, second, third] = [await draw(0, lotteryId), await draw(0, lotteryId), await draw(0, lotteryId)]
  const orderOf = (drawn: { orderId: string | null }) => ({ orderId: drawn.orderId ?? '' })
  expect(await shop(0).myOrder({ params: orderOf(first) })).toMatchObject({
    source: 'lottery',
    way: 'open',
    state: 'ordered',
    mayCancel: false,
    code: null,
  })
  expect(await codeOf(shop(0).cancelMyOrder({ params: orderOf(first) }))).toBe('rewards.prizeStays')
  expect(await codeOf(shop(1).claimPrize({ params: orderOf(first), body: { way: 'pickUp', storeCode: 'S01' } }))).toBe(
    'rewards.noOrder',
  )
  const claimed = await shop(0).claimPrize({ params: orderOf(first), body: { way: 'pickUp', storeCode: 'S01' } })
  expect(claimed).toMatchObject({ way: 'pickUp', state: 'ordered' })
  await desk().makeReady({ params: orderOf(first) })
  const { code } = await shop(0).myOrder({ params: orderOf(first) })
  await desk().handOver({ body: { key: tap(), code: code ?? '' } })
  const address = { name: '王', phone: '13800001111', place: '杭州市西湖区文三路 1 号' }
  expect(await shop(0).claimPrize({ params: orderOf(second), body: { way: 'ship', address } })).toMatchObject({
    address,
  })
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 7 * DAY))
  await runJob(on.shop, 'rewards.sweep')
  expect(await shop(0).myOrder({ params: orderOf(third) })).toMatchObject({ state: 'returned' })
  expect(await shop(0).myOrder({ params: orderOf(second) })).toMatchObject({ state: 'ordered' })
  // What was published stays true: nothing goes back into the draw.
  expect((await desk().lottery({ params: { lotteryId } })).prizes[0]).toMatchObject({ taken: 3 })
  expect(await proof(lotteryId)).toMatchObject(sound)
})

test('a coupon that the member may not have again is answered by the consolation, and the proof knows why', async () => {
  const coupons = owner.call(couponsApi)
  const { templateId } = await coupons.createTemplate({
    body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 5, perMemberLimit: 1 },
  })
  await coupons.activateTemplate({ params: { templateId } })
  const coupon = {
    name: '5 元券',
    kind: 'coupon' as const,
    couponTemplateId: templateId,
    worthFen: 500,
    odds: 1_000_000,
  }
  const short = await desk().createLottery({ body: draft({ prizes: [{ ...coupon, stock: 6 }] }) })
  expect(await codeOf(desk().publishLottery({ params: { lotteryId: short.lotteryId } }))).toBe('rewards.couponShort')
  const lotteryId = await published({
    freePerDay: 2,
    prizes: [{ ...coupon, stock: 5 }, points('安慰奖', 1, 0, 5, { isConsolation: true })],
  })
  const [first, second] = [await draw(1, lotteryId), await draw(1, lotteryId)]
  expect([first.prize.name, second.prize.name, second.drawn]).toEqual(['5 元券', '安慰奖', '5 元券'])
  expect(await proof(lotteryId)).toMatchObject(sound)
  expect((await desk().lottery({ params: { lotteryId } })).prizes[0]).toMatchObject({ taken: 1 })
})

test('ended before its time only for a reason, which is written down; a store sees the draws of its own members', async () => {
  const lotteryId = await published({ freePerDay: 5 })
  await draw(0, lotteryId)
  await draw(1, lotteryId)
  await on.shop.db.updateTable('member').set({ homeStoreCode: 'S02' }).where('id', '=', who(1).memberId).execute()
  const east = await on.shop.as('storeManager', { stores: ['S02'] })
  expect((await desk(east).draws({ params: { lotteryId } })).items.map(({ memberId }) => memberId)).toEqual([
    who(1).memberId,
  ])
  await desk().endLottery({ params: { lotteryId }, body: { reason: '系统割接' } })
  expect(await codeOf(draw(0, lotteryId))).toBe('rewards.notOpen')
  expect(await codeOf(desk().endLottery({ params: { lotteryId }, body: { reason: '再来一次' } }))).toBe(
    'rewards.wrongState',
  )
  expect((await desk().lottery({ params: { lotteryId } })).seed).toMatch(/^[0-9a-f]{64}$/)
  expect((await owner.call(staffApi).audit({ query: { action: 'rewards.endLottery' } })).items).toMatchObject([
    { reason: '系统割接' },
  ])
})
