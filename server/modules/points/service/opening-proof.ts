import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import type { OpeningProof } from '../contract/proof.ts'

interface Sum {
  readonly storeCode: string | null
  readonly n: number
  readonly stated: string
  readonly credited: string
}

/**
 * 期初积分核对: what files stated is credited or waits for its card; what is credited is in the ledger, counted there by
 * itself. In all, and by the home store of the members, to hold beside the old system's sheet.
 */
export const openingProof =
  (db: Db) =>
  async (scope: Scope): Promise<OpeningProof> => {
    const people = db.selectFrom(activeMembers(db).as('m')).select(['m.memberId', 'm.homeStoreCode'])
    const own = scope.kind === 'all' ? sql`true` : scopeWhere(scope, 'm.homeStoreCode')
    const { rows: openings } = await sql<Sum>`
      select m.homeStoreCode as storeCode, count(*) as n, sum(o.points) as stated, sum(o.credited) as credited
      from points_opening o left join (${people}) m on m.memberId = o.memberId
      where ${own} group by m.homeStoreCode`.execute(db)
    // By the reason and not by the key of a row: what a row has made more or less than once would show.
    const { rows: entries } = await sql<{ storeCode: string | null; points: string }>`
      select m.homeStoreCode as storeCode, sum(e.amount) as points
      from points_entry e left join (${people}) m on m.memberId = e.memberId
      where e.contra = 'opening' and ${own} group by m.homeStoreCode`.execute(db)
    const ledger = new Map(entries.map(row => [row.storeCode, Number(row.points)]))
    const codes = new Set([...openings.map(row => row.storeCode), ...ledger.keys()])
    const stores = [...codes].map(storeCode => {
      const row = openings.find(one => one.storeCode === storeCode)
      const [stated, credited, entered] = [row?.stated, row?.credited, ledger.get(storeCode)].map(value =>
        Number(value ?? 0),
      )
      return {
        storeCode,
        rows: Number(row?.n ?? 0),
        stated: stated ?? 0,
        credited: credited ?? 0,
        waiting: (stated ?? 0) - (credited ?? 0),
        ledger: entered ?? 0,
        difference: (credited ?? 0) - (entered ?? 0),
      }
    })
    const sum = (of: (store: (typeof stores)[number]) => number): number =>
      stores.reduce((all, store) => all + of(store), 0)
    return {
      rows: sum(store => store.rows),
      stated: sum(store => store.stated),
      credited: sum(store => store.credited),
      waiting: sum(store => store.waiting),
      ledger: sum(store => store.ledger),
      difference: sum(store => store.difference),
      stores: stores.toSorted((a, b) => ((a.storeCode ?? '~') < (b.storeCode ?? '~') ? -1 : 1)),
    }
  }

/** The proof as a table, the whole shop in its last row: the first row is the heading, in the reader's language. */
export function openingTable(proof: OpeningProof, language: 'zh' | 'en'): string[][] {
  const words =
    language === 'zh'
      ? ['归属门店', '行数', '文件积分', '已入账', '待开卡', '流水积分', '差异', '未开卡', '合计']
      : ['Home store', 'Rows', 'Stated', 'Credited', 'Waiting', 'In the ledger', 'Difference', 'No card yet', 'All']
  const row = (name: string, of: Omit<OpeningProof, 'stores'>): string[] => [
    name,
    ...[of.rows, of.stated, of.credited, of.waiting, of.ledger, of.difference].map(String),
  ]
  return [
    words.slice(0, 7),
    ...proof.stores.map(store => row(store.storeCode ?? words[7] ?? '', store)),
    row(words[8] ?? '', proof),
  ]
}
