import { shopDay } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { Liability } from '../contract/proof.ts'
import { liabilityRepository } from '../repository/liability.ts'
import { writeOffsRepository } from '../repository/write-offs.ts'
import { breakageOf, liabilityCohorts } from './liability-cohorts.ts'
import { ruleBook } from './rules.ts'

const TEN_THOUSAND = 10_000

/**
 * 积分负债: what is outstanding by the month in which it expires, what became of the points by the month in which they were
 * earned, the share that expires unused (breakage), and what it costs.
 */
export function liabilityBook({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  return async (scope: Scope): Promise<Liability> => {
    const { cost } = (await ruleBook(db)).latest.rules
    const fen = (points: number): number => Math.round((points * cost.fen) / cost.points)
    const ledger = liabilityRepository(db, scope)
    const open = await ledger.open()
    const cohorts = await liabilityCohorts(ledger)
    const writtenOff = await writeOffsRepository(db).byMonth(scope)
    const sum = (state: string): number =>
      open.filter(row => row.state === state).reduce((all, row) => all + row.points, 0)
    const months = [...Map.groupBy(open, row => row.month)]
      .map(([month, rows]) => {
        const points = rows.reduce((all, row) => all + row.points, 0)
        const members = Math.max(...rows.map(row => row.members))
        return { month: month === '' ? null : month, points, members, fen: fen(points) }
      })
      .toSorted((a, b) => (a.month === null ? 1 : b.month === null ? -1 : a.month < b.month ? -1 : 1))
    const breakage = breakageOf(cohorts)
    const outstanding = sum('open') + sum('pending')
    return {
      asOf: shopDay(clock.now(), config.SHOP_ZONE),
      outstanding,
      pending: sum('pending'),
      debt: await ledger.debt(),
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
          takenBack: '退货扣回',
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
          takenBack: 'Taken back',
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
    [words.granted, words.all, words.used, words.takenBack, words.expired, words.remaining],
    ...book.cohorts.map(row =>
      [row.month, row.granted, row.used, row.takenBack, row.expired, row.remaining].map(String),
    ),
  ]
}
