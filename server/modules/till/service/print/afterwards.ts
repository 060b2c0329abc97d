import type { Db } from '../../../../kernel/db.ts'
import { withheldTexts } from '../fraud/withheld.ts'
import type { Printing } from './index.ts'

/** What goes beside the answer to a sale or a return: why it earns nothing, and its lines for the printer. Read only. */
export const afterwards = (db: Db, prints: Printing) => ({
  async sale<Reply extends { docKey: string; documentId: string }>(reply: Reply, paper: 58 | 80 | undefined) {
    const notice = (await withheldTexts(db, [reply.documentId])).get(reply.documentId)
    return {
      ...reply,
      ...(notice === undefined ? {} : { notices: [notice] }),
      ...(paper === undefined ? {} : { print: (await prints.receipt(db, reply.docKey, paper, 'zh')).lines }),
    }
  },

  async returned<Reply extends { docKey: string }>(reply: Reply, paper: 58 | 80 | undefined) {
    return {
      ...reply,
      ...(paper === undefined ? {} : { print: (await prints.receipt(db, reply.docKey, paper, 'zh')).lines }),
    }
  },
})
export type Afterwards = ReturnType<typeof afterwards>
