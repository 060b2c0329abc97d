import type { Scope } from '../../../../kernel/scope.ts'
import type { TillDay } from '../../contract/shift.ts'
import { daysRepository } from '../../repository/days.ts'
import type { TillDeps } from '../deps.ts'

/** The business day of each till that calls us: its shifts beside the sales documents, so that a store's day can be shown to be nought. */
export function tillDays({ db, needs }: Pick<TillDeps, 'db' | 'needs'>) {
  return async (
    scope: Scope,
    query: { date: string; storeCode?: string | undefined },
  ): Promise<{ items: TillDay[] }> => {
    const days = daysRepository(db)
    const rows = await days.receipts(scope, query.date, query.storeCode)
    const storeCodes = [...new Set(rows.map(row => row.storeCode))]
    const told = await days.documents(query.date, storeCodes)
    const names = await needs.storeNames(db, storeCodes)
    return {
      items: rows.map(row => {
        const documents = told.find(one => one.storeCode === row.storeCode && one.tillCode === row.tillCode)
        const documentsNet = documents?.net ?? 0
        return {
          ...row,
          storeName: names.get(row.storeCode) ?? row.storeCode,
          documents: documents?.documents ?? 0,
          documentsNet,
          difference: documentsNet - row.net,
        }
      }),
    }
  }
}
export type TillDays = ReturnType<typeof tillDays>
