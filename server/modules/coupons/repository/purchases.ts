import type { Db } from '../../../kernel/db.ts'
import { salesDocuments } from '../../sales/index.ts'

/** Whether a member has a purchase besides the one of a receipt; one that came back still was one. */
export async function hasBought(db: Db, memberId: string, except: string | null): Promise<boolean> {
  let query = db
    .selectFrom(salesDocuments(db).as('d'))
    .select('d.documentId')
    .where('d.memberId', '=', memberId)
    .where('d.type', 'in', ['sale', 'exchange'])
    .limit(1)
  if (except !== null) query = query.where('d.docKey', '!=', except)
  return (await query.executeTakeFirst()) !== undefined
}
