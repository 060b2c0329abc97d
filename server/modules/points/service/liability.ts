import { sql } from 'kysely'
import { shopDay } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import type { Liability } from '../contract/proof.ts'
import { writeOffsRepository } from '../repository/write-offs.ts'
import { NEVER } from './ledger.ts'
import { ruleBook } from './rules.ts'

const TEN_THOUSAND = 10_000

/**
 * 积分负债: what is outstanding by the month in which it expires, what became of the points by the month in which they were
 * granted, the share that expires unused (breakage, of the months whose points are all settled or gone), and what it costs.
 */
export function liabilityBook({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  return async (scope: Scope): Promise<Liability> => {
    const { cost } = (await ruleBook(db)).latest.rules
    const fen = (points: number): number => Math.round((points * cost.fen) / cost.points)
    const within =
      scope.kind === 'all'
        ? sql`true`
        : sql`l.memberId in (${db.selectFrom(activeMembers(db).as('m')).select('m.memberId').where(scopeWhere(scope, 'm.homeStoreCode'))})`
    const { rows: open } = await sql<{ month: string; state: string; points: string; members: number }>`
      select case when l.expiresOn = ${NEVER} then '' else date_format(date_sub(l.expiresOn, interval 1 day), '%Y-%m') end as month,
        l.state, sum(l.remaining) as points, count(distinct l.memberId) as members
      from points_lot l where l.state in ('open', 'pending') and ${within} group by month, l.state order by month`.execute(
      db,
    )
    const { rows: granted } = await sql<{ month: string; granted: string; remaining: string }>`
      select date_format(l.earnedOn, '%Y-%m') as month, sum(l.granted) as granted, sum(l.remaining) as remaining
      from points_lot l where ${within} group by month order by month`.execute(db)
    const { rows: gone } = await sql<{ month: string; expired: string }>`
      select date_format(l.earnedOn, '%Y-%m') as month, sum(a.points) as expired
      from points_allocation a join points_entry e on e.id = a.entryId join points_lot l on l.id = a.lotId
      where e.reason in ('expiry', 'expiryUndone') and ${within} group by month`.execute(db)
    const { rows: debts } = await sql<{ debt: string | null }>`
      select sum(l.open) as debt from points_debt l where l.open > 0 and ${within}`.execute(db)

    const writtenOff = await writeOffsRepository(db).byMonth(scope)
    const expired = new Map(gone.map(row => [row.month, Number(row.expired)]))
    const cohorts = granted.map(row => {
      // What a write-off granted was never anybody's to use: it only paid a debt.
      const all = Number(row.granted) - (writtenOff.get(row.month) ?? 0)
      const [remaining, lost] = [Number(row.remaining), expired.get(row.month) ?? 0]
      return { month: row.month, granted: all, used: all - remaining - lost, expired: lost, remaining }
    })
    const sum = (state: string): number =>
      open.filter(row => row.state === state).reduce((all, row) => all + Number(row.points), 0)
    const months = [...Map.groupBy(open, row => row.month)]
      .map(([month, rows]) => {
        const points = rows.reduce((all, row) => all + Number(row.points), 0)
        const members = Math.max(...rows.map(row => Number(row.members)))
        return { month: month === '' ? null : month, points, members, fen: fen(points) }
      })
      .toSorted((a, b) => (a.month === null ? 1 : b.month === null ? -1 : a.month < b.month ? -1 : 1))
    const finished = cohorts.filter(cohort => cohort.remaining === 0 && cohort.granted > 0)
    const lost = finished.reduce((all, cohort) => all + cohort.expired, 0)
    const base = finished.reduce((all, cohort) => all + cohort.granted, 0)
    const breakage = lost === 0 ? null : Math.round((lost * TEN_THOUSAND) / base)
    const outstanding = sum('open') + sum('pending')
    return {
      asOf: shopDay(clock.now(), config.SHOP_ZONE),
      outstanding,
      pending: sum('pending'),
      debt: Number(debts[0]?.debt ?? 0),
      writtenOff: [...writtenOff.values()].reduce((all, points) => all + points, 0),
      cost,
      liability: fen(outstanding),
      expected: Math.round((fen(outstanding) * (TEN_THOUSAND - (breakage ?? 0))) / TEN_THOUSAND),
      breakage,
      months,
      cohorts,
    }
  }
}
export type LiabilityBook = ReturnType<typeof liabilityBook>

/** The book as a table: the first row is the heading, in the reader's language. */
export function liabilityTable(book: Liability, language: 'zh' | 'en'): string[][] {
  const words =
    language === 'zh'
      ? {
          month: '到期月份',
          points: '积分',
          members: '会员数',
          yuan: '成本(元)',
          never: '永久有效',
          debt: '会员欠积分',
          writtenOff: '已免除的欠积分',
          granted: '发放月份',
          all: '发放',
          used: '已使用',
          expired: '已过期',
          remaining: '未使用',
        }
      : {
          month: 'Expires in',
          points: 'Points',
          members: 'Members',
          yuan: 'Cost (yuan)',
          never: 'Never',
          debt: 'Owed by members',
          writtenOff: 'Debts written off',
          granted: 'Granted in',
          all: 'Granted',
          used: 'Used',
          expired: 'Expired',
          remaining: 'Outstanding',
        }
  return [
    [words.month, words.points, words.members, words.yuan],
    ...book.months.map(row => [
      row.month ?? words.never,
      String(row.points),
      String(row.members),
      (row.fen / 100).toFixed(2),
    ]),
    [],
    [words.debt, String(book.debt)],
    [words.writtenOff, String(book.writtenOff)],
    [],
    [words.granted, words.all, words.used, words.expired, words.remaining],
    ...book.cohorts.map(row => [row.month, row.granted, row.used, row.expired, row.remaining].map(String)),
  ]
}
