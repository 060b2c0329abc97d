import type { Db } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { writeOffsRepository } from '../repository/write-offs.ts'
import type { PointsNeeds } from './ports.ts'

/** 欠积分: who owes points, the largest debt first. */
export const debtorsOf =
  ({ db }: { readonly db: Db }, { members }: { readonly members: Pick<PointsNeeds['members'], 'briefs'> }) =>
  async (scope: Scope, { cursor, limit }: PageQuery) => {
    const [debt, memberId] = decodeCursor(cursor) ?? []
    const after = typeof debt === 'number' && typeof memberId === 'string' ? { debt, memberId } : null
    const rows = await writeOffsRepository(db).debtors(scope, after, limit + 1)
    const page = pageFrom(rows, limit, row => [row.debt, row.memberId])
    const briefs = await members.briefs(
      db,
      page.items.map(row => row.memberId),
    )
    return {
      ...page,
      items: page.items.map(row => {
        const brief = briefs.get(row.memberId)
        return { ...row, name: brief?.name ?? '', phone: brief?.phone ?? '', homeStore: brief?.homeStore ?? null }
      }),
    }
  }
