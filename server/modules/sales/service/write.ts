import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { decimalText, readDecimal } from '../../erp/index.ts'
import { documentsApplied, documentsSettled } from '../events.ts'
import {
  addArrivals,
  confirmDocuments,
  deleteLines,
  fillMemberRef,
  lockDocuments,
  writeHeaders,
  writeLines,
  type Arrival,
  type DocumentRecord,
  type KnownDocument,
} from '../repository/documents.ts'
import { contentHash, totalsOf, type Document } from './document.ts'

/** Who tells it. The till has version 0, so whatever a file says replaces it. */
export interface Teller {
  readonly sourceId: string | null
  readonly version: number
  readonly importId: string | null
  readonly arrivedAt: Date
}

export interface Written {
  readonly id: string
  readonly docKey: string
  readonly revision: number
  readonly outcome: 'created' | 'changed' | 'same' | 'older'
}

/** A decimal column as ten-thousandths. */
function scaled(text: string): number {
  const read = readDecimal(text, 'net')
  if ('problem' in read) throw new RangeError(`not a decimal of four places: ${text}`)
  return read.value
}

/**
 * Writes at most 200 documents: new ones are added, changed ones replaced (header and whole line set, one revision
 * further), the same or older ones left alone. A member reference stays when the newer telling has none.
 */
export async function writeDocuments(
  tx: Tx,
  newId: () => string,
  now: Date,
  documents: readonly Document[],
  teller: Teller,
): Promise<Written[]> {
  const known = new Map(
    (
      await lockDocuments(
        tx,
        documents.map(document => document.docKey),
      )
    ).map(document => [document.docKey, document]),
  )
  const headers: DocumentRecord[] = []
  const bodies: { id: string; lines: Document['lines'] }[] = []
  const replaced: string[] = []
  const confirmed: string[] = []
  const unlinked: string[] = []
  const written = documents.map((document): Written => {
    const before = known.get(document.docKey)
    const hash = contentHash(document)
    const { docKey } = document
    if (before === undefined) {
      const header = headerOf(document, hash, newId(), 1, now, teller, undefined)
      headers.push(header)
      bodies.push({ id: header.id, lines: document.lines })
      return { id: header.id, docKey, revision: 1, outcome: 'created' }
    }
    const { id, revision } = before
    if (before.sourceVersion > teller.version) return { id, docKey, revision, outcome: 'older' }
    if (before.contentHash === hash) {
      if (before.sourceVersion < teller.version) confirmed.push(id)
      return { id, docKey, revision, outcome: 'same' }
    }
    const header = headerOf(document, hash, id, revision + 1, now, teller, before)
    headers.push(header)
    bodies.push({ id, lines: document.lines })
    replaced.push(id)
    if (before.memberId !== null && header.memberId === null) unlinked.push(id)
    return { id, docKey, revision: revision + 1, outcome: 'changed' }
  })
  await writeHeaders(tx, headers)
  await deleteLines(tx, replaced)
  await writeLines(tx, bodies)
  await confirmDocuments(tx, confirmed, {
    sourceId: teller.sourceId,
    sourceVersion: teller.version,
    importId: teller.importId,
  })
  await fillFromTill(tx, documents, known, written, teller)
  if (teller.importId !== null)
    await addArrivals(tx, teller.importId, teller.arrivedAt, arrivalsOf(documents, known, teller.importId))
  await announce(tx, documents, known, written, unlinked)
  return written
}

/** A sale that the file told first, without its member, takes the member from the till. */
async function fillFromTill(
  tx: Tx,
  documents: readonly Document[],
  known: ReadonlyMap<string, KnownDocument>,
  written: readonly Written[],
  teller: Teller,
): Promise<void> {
  if (teller.version > 0) return
  for (const [i, { memberRef, docKey }] of documents.entries()) {
    const before = known.get(docKey)
    if (written[i]?.outcome === 'older' && memberRef !== null && before?.memberRefKind === 'none')
      await fillMemberRef(tx, before.id, memberRef.kind, memberRef.value)
  }
}

async function announce(
  tx: Tx,
  documents: readonly Document[],
  known: ReadonlyMap<string, KnownDocument>,
  written: readonly Written[],
  unlinked: readonly string[],
): Promise<void> {
  const news = written.filter(({ outcome, docKey }, i) => {
    if (outcome === 'created' || outcome === 'changed') return true
    return outcome === 'older' && documents[i]?.memberRef !== null && known.get(docKey)?.memberRefKind === 'none'
  })
  if (news.length > 0)
    await publish(tx, documentsApplied, { documents: news.map(({ id, revision }) => ({ id, revision })) })
  // Who loses a receipt is told at once; who gains it, when sales has linked it.
  if (unlinked.length > 0) await publish(tx, documentsSettled, { documentIds: [...unlinked] })
}

function headerOf(
  document: Document,
  hash: string,
  id: string,
  revision: number,
  now: Date,
  teller: Teller,
  before: KnownDocument | undefined,
): DocumentRecord {
  const { gross, discount, net } = totalsOf(document)
  const kept = document.memberRef === null && before !== undefined && before.memberRefKind !== 'none'
  const memberRefKind = kept ? before.memberRefKind : (document.memberRef?.kind ?? 'none')
  const memberRef = kept ? before.memberRef : (document.memberRef?.value ?? null)
  const samePerson = before !== undefined && before.memberRefKind === memberRefKind && before.memberRef === memberRef
  return {
    id,
    docKey: document.docKey,
    storeCode: document.storeCode,
    tillCode: document.tillCode,
    businessDate: document.businessDate,
    receiptNo: document.receiptNo,
    type: document.type,
    status: document.status,
    businessAt: document.businessAt,
    channel: document.channel,
    cashier: document.cashier,
    corporate: document.corporate ? 1 : 0,
    memberRefKind,
    memberRef,
    memberId: samePerson ? before.memberId : null,
    gross: decimalText(gross),
    discount: decimalText(discount),
    net: decimalText(net),
    lineCount: document.lines.length,
    paymentsJson: JSON.stringify(
      document.payments.map(({ method, amount }) => ({ method, amount: decimalText(amount) })),
    ),
    originalDocKey: document.originalDocKey,
    sourceId: teller.sourceId,
    sourceVersion: teller.version,
    importId: teller.importId,
    contentHash: hash,
    revision,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  }
}

/** What the source has stated by store and day; a document that the same import told before counts by its difference. */
function arrivalsOf(
  documents: readonly Document[],
  known: ReadonlyMap<string, KnownDocument>,
  importId: string,
): Arrival[] {
  const days = new Map<string, Arrival>()
  for (const document of documents) {
    const { storeCode, businessDate, docKey, lines } = document
    const key = `${storeCode}|${businessDate}`
    const day = days.get(key) ?? { storeCode, businessDate, documents: 0, lines: 0, net: 0 }
    days.set(key, day)
    const before = known.get(docKey)
    const again = before?.importId === importId
    day.documents += again ? 0 : 1
    day.lines += lines.length - (again ? before.lineCount : 0)
    day.net += totalsOf(document).net - (again ? scaled(before.net) : 0)
  }
  return [...days.values()]
}
