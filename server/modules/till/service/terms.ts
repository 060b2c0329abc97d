import { inTransaction, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { TillTerms } from '../contract/codes.ts'
import { tillCodesRepository } from '../repository/codes.ts'

/** What tills may do now. */
export async function termsOf(db: Db): Promise<TillTerms> {
  const json = await tillCodesRepository(db).terms()
  return TillTerms.parse(json === undefined ? {} : JSON.parse(json))
}

/** Reading and changing what tills may do; every version is kept, with who made it. */
export function tillTerms({ db, clock, newId }: Kernel, audit: Audit) {
  return {
    terms: () => termsOf(db),
    async setTerms(caller: StaffCaller, terms: TillTerms): Promise<TillTerms> {
      await inTransaction(db, async tx => {
        const before = await termsOf(tx)
        await tillCodesRepository(tx).addTerms({
          id: newId(),
          termsJson: JSON.stringify(terms),
          createdBy: caller.staffId,
          createdAt: clock.now(),
        })
        await audit(tx, caller, {
          action: 'till.setTerms',
          subjectKind: 'tillTerms',
          subjectId: '',
          details: { from: before, to: terms },
        })
      })
      return terms
    },
  }
}
export type Terms = ReturnType<typeof tillTerms>
