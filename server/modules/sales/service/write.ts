import { chunks, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { decimalText, readDecimal } from '../../erp/index.ts'
import { DOCUMENTS_PER_EVENT, documentsApplied, documentsSettled } from '../events.ts'
import {
  addArrivals,
  addHeaders,
  confirmDocuments,
  deleteLines,
  fillMemberRef,
  lockDocuments,
  replaceHeaders,
  writeLines,
  type Arrival,
  type DocumentRecord,
  type KnownDocument,
} from '../repository/documents.ts'
import { contentHash, totalsOf, type Document, type MemberRef } from './document.ts'

/** More keys than this make the database read a list as a table. */
const KEYS_PER_STATEMENT = 500

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

/** What one teller says. */
export interface Telling {
  readonly teller: Teller
  readonly documents: readonly Document[]
}

/** What writing needs; `owners` finds whose a reference is now, where that is to be looked up at once. */
export interface Writing {
  readonly newId: () => string
  readonly now: Date
  readonly owners?: (tx: Tx, references: readonly MemberRef[]) => Promise<(reference: MemberRef) => string | null>
}

/** One document as its teller says it, and what is known of it. */
interface Told {
  readonly document: Document
  readonly teller: Teller
  readonly before: KnownDocument | undefined
}

/**
 * Writes documents, each told once: new ones are added, changed ones replaced (header and whole line set, one revision
 * further), the same or older ones left alone. A member reference stays when the newer telling has none. Returns what
 * became of each, in the order told.
 */
export async function writeDocuments(tx: Tx, writing: Writing, tellings: readonly Telling[]): Promise<Written[]> {
  const told = await withKnown(tx, tellings)
  const ownerOf = await findOwners(tx, writing, told)
  const added: DocumentRecord[] = []
  const changed: DocumentRecord[] = []
  const bodies: { id: string; lines: Document['lines'] }[] = []
  const unlinked: string[] = []
  const confirmed: { id: string; teller: Teller }[] = []
  const written = told.map(({ document, teller, before }): Written => {
    const hash = contentHash(document)
    const { docKey } = document
    if (before === undefined) {
      const header = headerOf({ document, teller, before }, hash, writing, ownerOf)
      added.push(header)
      bodies.push({ id: header.id, lines: document.lines })
      return { id: header.id, docKey, revision: 1, outcome: 'created' }
    }
    const { id, revision } = before
    if (before.sourceVersion > teller.version) return { id, docKey, revision, outcome: 'older' }
    if (before.contentHash === hash) {
      if (before.sourceVersion < teller.version) confirmed.push({ id, teller })
      return { id, docKey, revision, outcome: 'same' }
    }
    const header = headerOf({ document, teller, before }, hash, writing, ownerOf)
    changed.push(header)
    bodies.push({ id, lines: document.lines })
    if (before.memberId !== null && header.memberId === null) unlinked.push(id)
    return { id, docKey, revision: revision + 1, outcome: 'changed' }
  })
  await addHeaders(tx, added)
  await replaceHeaders(tx, changed)
  await deleteLines(
    tx,
    changed.map(({ id }) => id),
  )
  await writeLines(tx, bodies)
  for (const [teller, own] of Map.groupBy(confirmed, one => one.teller)) {
    await confirmDocuments(
      tx,
      own.map(({ id }) => id),
      { sourceId: teller.sourceId, sourceVersion: teller.version, importId: teller.importId },
    )
  }
  await fillFromTill(tx, told, written)
  await addArrivals(tx, arrivalsOf(told))
  await announce(tx, told, written, unlinked)
  return written
}

async function withKnown(tx: Tx, tellings: readonly Telling[]): Promise<Told[]> {
  const keys = tellings.flatMap(({ documents }) => documents.map(document => document.docKey))
  const known = new Map<string, KnownDocument>()
  for (const run of chunks(keys, KEYS_PER_STATEMENT))
    for (const document of await lockDocuments(tx, run)) known.set(document.docKey, document)
  return tellings.flatMap(({ teller, documents }) =>
    documents.map(document => ({ document, teller, before: known.get(document.docKey) })),
  )
}

async function findOwners(
  tx: Tx,
  { owners }: Writing,
  told: readonly Told[],
): Promise<(reference: MemberRef) => string | null> {
  if (owners === undefined) return () => null
  return owners(
    tx,
    told.flatMap(one => referenceOf(one) ?? []),
  )
}

/** Who it names; what an earlier telling named stays where this one names nobody. */
function referenceOf({ document, before }: Pick<Told, 'document' | 'before'>): MemberRef | null {
  if (document.memberRef !== null) return document.memberRef
  const kind = before?.memberRefKind
  const value = before?.memberRef
  return (kind === 'card' || kind === 'phone' || kind === 'erp') && typeof value === 'string' ? { kind, value } : null
}

/** A sale that the file told first, without its member, takes the member from the till. */
async function fillFromTill(tx: Tx, told: readonly Told[], written: readonly Written[]): Promise<void> {
  for (const [i, { document, teller, before }] of told.entries()) {
    if (teller.version > 0 || before === undefined) continue
    const { memberRef } = document
    if (written[i]?.outcome === 'older' && memberRef !== null && before.memberRefKind === 'none')
      await fillMemberRef(tx, before.id, memberRef.kind, memberRef.value)
  }
}

async function announce(
  tx: Tx,
  told: readonly Told[],
  written: readonly Written[],
  unlinked: readonly string[],
): Promise<void> {
  const news = written.filter(({ outcome }, i) => {
    if (outcome === 'created' || outcome === 'changed') return true
    return outcome === 'older' && told[i]?.document.memberRef !== null && told[i]?.before?.memberRefKind === 'none'
  })
  for (const run of chunks(news, DOCUMENTS_PER_EVENT))
    await publish(tx, documentsApplied, { documents: run.map(({ id, revision }) => ({ id, revision })) })
  // Who loses a receipt is told at once; who gains it, when sales has linked it.
  for (const run of chunks(unlinked, DOCUMENTS_PER_EVENT)) await publish(tx, documentsSettled, { documentIds: run })
}

function headerOf(
  { document, teller, before }: Told,
  hash: string,
  { newId, now }: Writing,
  ownerOf: (reference: MemberRef) => string | null,
): DocumentRecord {
  const { gross, discount, net } = totalsOf(document)
  const reference = referenceOf({ document, before })
  const memberRefKind = reference?.kind ?? 'none'
  const memberRef = reference?.value ?? null
  const samePerson = before !== undefined && before.memberRefKind === memberRefKind && before.memberRef === memberRef
  const owner = reference === null ? null : ownerOf(reference)
  return {
    id: before?.id ?? newId(),
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
    memberId: (samePerson ? before.memberId : null) ?? owner,
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
    revision: (before?.revision ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  }
}

/** What imports have stated by store and day; a document that the same import told before counts by its difference. */
function arrivalsOf(told: readonly Told[]): Arrival[] {
  const days = new Map<string, Arrival>()
  for (const { document, teller, before } of told) {
    const { importId, arrivedAt } = teller
    if (importId === null) continue
    const { storeCode, businessDate, lines } = document
    const key = `${importId}|${storeCode}|${businessDate}`
    const day = days.get(key) ?? { importId, arrivedAt, storeCode, businessDate, documents: 0, lines: 0, net: 0 }
    days.set(key, day)
    const again = before?.importId === importId
    day.documents += again ? 0 : 1
    day.lines += lines.length - (again ? before.lineCount : 0)
    day.net += totalsOf(document).net - (again ? scaled(before.net) : 0)
  }
  return [...days.values()]
}
