import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../../kernel/page.ts'
import type { Scope } from '../../../../kernel/scope.ts'
import { ODDS_BASE, rewardsErrors, TOP_PRIZE_FEN, type LotteryFields } from '../../contract/index.ts'
import { drawsRepository } from '../../repository/draws.ts'
import { lotteriesRepository, type LotteryRecord, type PrizeRecord } from '../../repository/lotteries.ts'
import type { RewardsKernel, RewardsNeeds } from '../ports.ts'
import { hashOfSeed, newSeed, ticketOf } from './fair.ts'
import { lotteryView, termsHashOf } from './views.ts'

const yuan = (fen: number): string => (fen / 100).toFixed(2)

const insteadOf = (text: string | null): 'gone' | 'refused' | null =>
  text === 'gone' || text === 'refused' ? text : null

/** Lotteries as the staff draws them up, publishes and ends them. Only headquarters does; what is published stays. */
export function lotteryDesk(
  { db, clock, newId, vault }: RewardsKernel,
  { audit, points, coupons, members }: Pick<RewardsNeeds, 'audit' | 'points' | 'coupons' | 'members'>,
) {
  async function find(lotteryId: string): Promise<LotteryRecord> {
    const lottery = await lotteriesRepository(db).find(lotteryId)
    if (lottery === undefined) throw rewardsErrors.noLottery()
    return lottery
  }
  const prizesOf = async (lotteryId: string): Promise<PrizeRecord[]> =>
    (await lotteriesRepository(db).prizesOf([lotteryId])).get(lotteryId) ?? []
  const view = async (lotteryId: string) => lotteryView(await find(lotteryId), await prizesOf(lotteryId))

  function wholeChain(caller: StaffCaller): void {
    if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
  }

  /** The prizes as they are kept; what they leave of the odds is a line of its own that wins nothing. */
  async function prizesFrom(lotteryId: string, given: LotteryFields): Promise<PrizeRecord[]> {
    const { cost } = await points.rules(db)
    const prizes: PrizeRecord[] = given.prizes.map((prize, i) => ({
      id: newId(),
      lotteryId,
      position: i + 1,
      name: prize.name,
      kind: prize.kind,
      points: prize.points,
      couponTemplateId: prize.couponTemplateId,
      worthFen: prize.kind === 'points' ? Math.ceil((prize.points * cost.fen) / cost.points) : prize.worthFen,
      odds: prize.odds,
      stock: prize.stock,
      taken: 0,
      isConsolation: prize.isConsolation ? 1 : 0,
    }))
    const tooDear = prizes.find(({ worthFen }) => worthFen > TOP_PRIZE_FEN)
    if (tooDear !== undefined) throw rewardsErrors.topPrize({ prize: tooDear.name })
    const rest = ODDS_BASE - prizes.reduce((sum, { odds }) => sum + odds, 0)
    if (rest < 0) throw rewardsErrors.tooMuchOdds()
    const nothing: PrizeRecord = {
      id: newId(),
      lotteryId,
      position: prizes.length + 1,
      name: '谢谢参与',
      kind: 'nothing',
      points: 0,
      couponTemplateId: null,
      worthFen: 0,
      odds: rest,
      stock: null,
      taken: 0,
      isConsolation: 0,
    }
    return [...prizes, nothing]
  }

  const columnsOf = (given: LotteryFields) => ({
    name: given.name,
    organiser: given.organiser,
    rules: given.rules,
    opensAt: new Date(given.opensAt),
    closesAt: new Date(given.closesAt),
    budgetFen: given.budgetFen,
    oddsBase: ODDS_BASE,
    freePerDay: given.freePerDay,
    pointsPerDraw: given.pointsPerDraw,
    pointsDrawsPerDay: given.pointsDrawsPerDay,
    claimDays: given.claimDays,
    updatedAt: clock.now(),
  })

  const note = (
    tx: Tx,
    caller: StaffCaller,
    action: 'rewards.createLottery' | 'rewards.updateLottery' | 'rewards.publishLottery' | 'rewards.endLottery',
    subjectId: string,
    more: { reason?: string; details?: object } = {},
  ) => audit(tx, caller, { action, subjectKind: 'lottery', subjectId, ...more })

  /** Whether all that is promised can be kept. */
  async function mayPublish(lottery: LotteryRecord, prizes: readonly PrizeRecord[]): Promise<void> {
    if (lottery.closesAt <= clock.now()) throw rewardsErrors.alreadyOver()
    const cost = prizes.reduce((sum, { worthFen, stock }) => sum + worthFen * (stock ?? 0), 0)
    if (cost > lottery.budgetFen) throw rewardsErrors.overBudget({ cost: yuan(cost), budget: yuan(lottery.budgetFen) })
    for (const { couponTemplateId, name, stock } of prizes) {
      if (couponTemplateId === null) continue
      const template = await coupons.template(couponTemplateId)
      if (template.state !== 'active') throw rewardsErrors.templateNotActive()
      if (template.left < (stock ?? 0)) throw rewardsErrors.couponShort({ prize: name, stock: stock ?? 0 })
    }
  }

  /** Ends a lottery and reveals its seed, once. */
  async function end(tx: Tx, lottery: LotteryRecord, reason: string | null): Promise<boolean> {
    const now = clock.now()
    const seed = vault.open(lottery.seedSealed ?? '')
    return lotteriesRepository(tx).change(lottery.id, 'published', {
      state: 'ended',
      seed,
      endedAt: now,
      endReason: reason,
      updatedAt: now,
    })
  }

  return {
    find,
    prizesOf,
    view,

    async list(query: PageQuery & { state?: string | undefined }) {
      const [before] = decodeCursor(query.cursor) ?? []
      const repository = lotteriesRepository(db)
      const rows = await repository.page(query.state, typeof before === 'string' ? before : null, query.limit + 1)
      const page = pageFrom(rows, query.limit, row => [row.id])
      const prizes = await repository.prizesOf(page.items.map(({ id }) => id))
      return { ...page, items: page.items.map(row => lotteryView(row, prizes.get(row.id) ?? [])) }
    },

    async create(caller: StaffCaller, given: LotteryFields) {
      wholeChain(caller)
      const id = newId()
      const prizes = await prizesFrom(id, given)
      await inTransaction(db, async tx => {
        await lotteriesRepository(tx).insert({
          id,
          ...columnsOf(given),
          state: 'draft',
          draws: 0,
          createdBy: caller.staffId,
          createdAt: clock.now(),
        })
        await lotteriesRepository(tx).setPrizes(id, prizes)
        await note(tx, caller, 'rewards.createLottery', id, { details: given })
      })
      return view(id)
    },

    async update(caller: StaffCaller, lotteryId: string, given: LotteryFields) {
      wholeChain(caller)
      await find(lotteryId)
      const prizes = await prizesFrom(lotteryId, given)
      await inTransaction(db, async tx => {
        const lotteries = lotteriesRepository(tx)
        if (!(await lotteries.change(lotteryId, 'draft', columnsOf(given)))) throw rewardsErrors.notDraft()
        await lotteries.setPrizes(lotteryId, prizes)
        await note(tx, caller, 'rewards.updateLottery', lotteryId, { details: given })
      })
      return view(lotteryId)
    },

    /** The hash of the seed and of the terms stand from here on; nothing of them can be changed any more. */
    async publish(caller: StaffCaller, lotteryId: string) {
      wholeChain(caller)
      await find(lotteryId)
      await inTransaction(db, async tx => {
        const lotteries = lotteriesRepository(tx)
        const lottery = await lotteries.lock(lotteryId)
        if (lottery?.state === 'published') return
        if (lottery?.state !== 'draft') throw rewardsErrors.wrongState()
        const prizes = (await lotteries.prizesOf([lotteryId])).get(lotteryId) ?? []
        await mayPublish(lottery, prizes)
        const seed = newSeed()
        const now = clock.now()
        const change = {
          state: 'published',
          seedHash: hashOfSeed(seed),
          seedSealed: vault.seal(seed),
          termsHash: termsHashOf(lottery, prizes),
          publishedAt: now,
          updatedAt: now,
        }
        if (!(await lotteries.change(lotteryId, 'draft', change))) throw rewardsErrors.wrongState()
        const { seedHash, termsHash } = change
        await note(tx, caller, 'rewards.publishLottery', lotteryId, { details: { seedHash, termsHash } })
      })
      return view(lotteryId)
    },

    async endEarly(caller: StaffCaller, lotteryId: string, reason: string) {
      wholeChain(caller)
      const lottery = await find(lotteryId)
      await inTransaction(db, async tx => {
        if (lottery.state !== 'published' || !(await end(tx, lottery, reason))) throw rewardsErrors.wrongState()
        await note(tx, caller, 'rewards.endLottery', lotteryId, { reason })
      })
      return view(lotteryId)
    },

    /** Ends those whose time is over. */
    async sweep(): Promise<void> {
      for (const lottery of await lotteriesRepository(db).over(clock.now()))
        await inTransaction(db, tx => end(tx, lottery, null))
    },

    async draws(lotteryId: string, query: PageQuery & { prizeId?: string | undefined }, scope: Scope) {
      await find(lotteryId)
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await drawsRepository(db).page(
        lotteryId,
        query.prizeId,
        scope,
        typeof before === 'number' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.n])
      const people = await members.briefs(
        db,
        page.items.map(({ memberId }) => memberId),
      )
      const names = new Map((await prizesOf(lotteryId)).map(({ id, name }) => [id, name]))
      return {
        ...page,
        items: page.items.map(row => ({
          drawId: row.id,
          n: row.n,
          memberId: row.memberId,
          memberName: people.get(row.memberId)?.name ?? '',
          way: row.way === 'points' ? ('points' as const) : ('free' as const),
          ticket: ticketOf(lotteryId, row.n, row.key),
          number: row.number,
          drawn: names.get(row.drawnPrizeId) ?? '',
          prize: names.get(row.prizeId) ?? '',
          instead: insteadOf(row.instead),
          at: row.at,
        })),
      }
    },
  }
}
export type LotteryDesk = ReturnType<typeof lotteryDesk>
