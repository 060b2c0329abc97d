import type { Db, Tx } from '../../kernel/db.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { CatalogApi } from '../catalog/index.ts'
import type { Stream } from '../erp/index.ts'
import { cardsBound } from '../members/events.ts'
import type { MembersApi } from '../members/index.ts'
import { salesApi } from './contract.ts'
import { documentsApplied } from './events.ts'
import { findByKey, type DocumentRecord } from './repository/documents.ts'
import { salesRoutes } from './routes.ts'
import { arrivalMatrix } from './service/arrival.ts'
import { linker, ownersBy } from './service/link.ts'
import { memberPortrait } from './service/portrait.ts'
import { salesLists } from './service/lists.ts'
import { salesNumbers } from './service/numbers.ts'
import { recordSale, withdrawSale, type RecordedSale } from './service/record.ts'
import { salesStream } from './service/stream.ts'
import type { Written } from './service/write.ts'

export { receiptsPart } from './service/member-part.ts'
export { receiptsTimeline } from './service/timeline.ts'
export { boughtBy, salesByMember, salesDocuments, salesLines } from './repository/relations.ts'
export { docKeyOf, type MemberRef } from './service/document.ts'
export { piecesBack } from './service/returned.ts'
export type { RecordedLine, RecordedSale } from './service/record.ts'

export interface SalesApi {
  /** Writes a sale or return of the till in the caller's transaction; the same content again changes nothing. */
  record(tx: Tx, sale: RecordedSale): Promise<Pick<Written, 'id' | 'docKey' | 'revision' | 'outcome'>>
  /** Takes back a document that only the till has told, in the caller's transaction: void, and nobody's; false when a file has told it. */
  withdraw(tx: Tx, docKey: string): Promise<boolean>
  /** The document of a key; undefined when nobody has told it yet. */
  byKey(db: Db, docKey: string): Promise<DocumentRecord | undefined>
  /** Makes a receipt that nobody has a member's (补积分); false when somebody has it already. */
  claim(tx: Tx, documentId: string, memberId: string): Promise<boolean>
  /** The erp stream 'sales'. */
  stream: Stream
}

export interface SalesNeeds {
  readonly catalog: CatalogApi
  readonly members: Pick<MembersApi, 'briefs' | 'idsByCards' | 'idsByPhoneHashes' | 'phoneHash'>
}

/** Sales documents and their lines, whoever tells them, linked to members. */
export function createSales(kernel: Kernel, { catalog, members }: SalesNeeds): Module<SalesApi> {
  const { clock, newId, config } = kernel
  const links = linker(kernel, members)
  return {
    name: 'sales',
    api: {
      record: (tx, sale) => recordSale(kernel, catalog, tx, sale),
      withdraw: (tx, docKey) => withdrawSale(kernel, tx, docKey),
      byKey: findByKey,
      claim: (tx, documentId, memberId) => links.claim(tx, documentId, memberId),
      stream: salesStream({
        clock,
        newId,
        zone: config.SHOP_ZONE,
        catalog,
        phoneHash: phone => members.phoneHash(phone),
        owners: ownersBy(members),
      }),
    },
    contracts: [salesApi],
    routes: router =>
      salesRoutes(router, {
        lists: salesLists(kernel, catalog, members),
        numbers: salesNumbers(kernel),
        arrival: arrivalMatrix(kernel),
        portrait: memberPortrait(kernel, catalog),
      }),
    handlers: [
      on(documentsApplied, 'sales.linkMembers', ({ documents }) =>
        links.onApplied(documents.map(document => document.id)),
      ),
      on(cardsBound, 'sales.linkPastSales', ({ cards }) => links.onCardsBound(cards)),
    ],
  }
}
