import { inTransaction, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import type { PointsRules } from '../contract.ts'
import { earningRepository } from '../repository/earning.ts'
import { exclusionsRepository, replaceExclusions, type ExclusionRow } from '../repository/exclusions.ts'
import type { Exclusions } from './rule.ts'

const valuesOf = (rows: readonly ExclusionRow[], kind: string): string[] =>
  rows.filter(row => row.kind === kind).map(row => row.value)

/** The exclusions of now; an excluded category takes everything below it along. */
export async function readExclusions(db: Db): Promise<Exclusions> {
  const rows = await exclusionsRepository(db).all()
  const categories = new Set(valuesOf(rows, 'category'))
  if (categories.size > 0) {
    const tree = await earningRepository(db).categories()
    for (let before = -1; before !== categories.size;) {
      before = categories.size
      for (const { code, parentCode } of tree)
        if (parentCode !== null && categories.has(parentCode)) categories.add(code)
    }
  }
  return {
    productKinds: new Set(valuesOf(rows, 'productKind')),
    categories,
    channels: new Set(valuesOf(rows, 'channel')),
  }
}

/** The settings, read and changed by staff. */
export function pointsRules({ db, config }: Pick<Kernel, 'db' | 'config'>, audit: Audit) {
  const read = async (): Promise<PointsRules> => ({
    exclusions: [...(await exclusionsRepository(db).all())] as PointsRules['exclusions'],
    backCreditDays: config.POINTS_BACKCREDIT_DAYS,
  })
  return {
    read,
    async change(caller: StaffCaller, exclusions: PointsRules['exclusions']): Promise<PointsRules> {
      const before = await read()
      await inTransaction(db, async tx => {
        await replaceExclusions(tx, [...new Map(exclusions.map(row => [`${row.kind}:${row.value}`, row])).values()])
        await audit(tx, caller, {
          action: 'points.changeRules',
          subjectKind: 'pointsRules',
          subjectId: 'exclusions',
          details: { before: before.exclusions, after: exclusions },
        })
      })
      return read()
    },
  }
}
export type Rules = ReturnType<typeof pointsRules>
