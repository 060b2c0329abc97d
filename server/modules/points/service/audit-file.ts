import { shopDay, shopMinute } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { auditRepository, type TouchedLot } from '../repository/audit.ts'
import { creditsOf } from '../repository/documents.ts'
import { earningRepository } from '../repository/earning.ts'
import type { EntryRecord } from '../repository/ledger.ts'
import { AUDIT_WORDS, type AuditWords } from './audit-words.ts'
import { NEVER } from './ledger.ts'
import { openingRowKey } from './opening-key.ts'
import type { PointsNeeds } from './ports.ts'

type Needs = Pick<PointsNeeds, 'members' | 'staffNames'>

/**
 * The ledger of members as an accountant's table, entry by entry from the first: receipt, version of the rules, lots, the entry
 * it answers, who did it and who agreed, and the hashes. The balance can be added up again from it, and every line followed.
 */
export function auditFile({ db, config }: Pick<Kernel, 'db' | 'config'>, needs: Needs) {
  async function rowsOf(memberId: string, cardNo: string, words: AuditWords): Promise<string[][]> {
    const audit = auditRepository(db)
    const entries = await audit.chainOf(memberId)
    const lots = Map.groupBy(await audit.lotsTouched(entries.map(entry => entry.id)), lot => lot.entryId)
    const receipts = await receiptsOf(db, entries)
    const approvals = await audit.approvals(entries)
    const staff = await needs.staffNames(db, [
      ...new Set([...entries.flatMap(entry => entry.staffId ?? []), ...approvals.values()]),
    ])
    const openings = new Map(
      (await audit.openings(entries.flatMap(entry => openingRowKey(entry) ?? []))).map(row => [row.rowKey, row]),
    )
    const seqOf = new Map(entries.map(entry => [entry.id, entry.seq]))
    const name = (id: string | null | undefined): string =>
      id === null || id === undefined ? '' : (staff.get(id) ?? id)
    return entries.map((entry, i) => {
      const receipt = receipts.get(entry.documentId ?? '')
      const opening = openings.get(openingRowKey(entry) ?? '')
      return [
        cardNo,
        String(entry.seq),
        timeText(entry.at, config.SHOP_ZONE),
        words.reasons[entry.reason] ?? entry.reason,
        String(entry.amount),
        String(entry.active),
        String(entry.pending),
        String(entry.debt),
        words.contras[entry.contra] ?? entry.contra,
        String(entry.balanceAfter),
        receipt?.place ?? (opening === undefined ? '' : `${words.openingFile} ${opening.importId} ${opening.cardNo}`),
        receipt?.rules ?? '',
        receipt?.tier ?? '',
        (lots.get(entry.id) ?? []).map(lot => lotText(lot, words)).join('; '),
        entry.refEntryId === null ? '' : String(seqOf.get(entry.refEntryId) ?? entry.refEntryId),
        entry.staffId === null ? words.system : name(entry.staffId),
        name(approvals.get(entry.id)),
        entry.note ?? '',
        entry.key,
        hex(entries[i - 1]?.hash ?? null),
        hex(entry.hash),
      ]
    })
  }

  return {
    /** All of one member. */
    async ofMember(memberId: string, language: Language): Promise<string[][]> {
      const words = AUDIT_WORDS[language]
      const cards = await needs.members.briefs(db, [memberId])
      return [words.heads, ...(await rowsOf(memberId, cards.get(memberId)?.cardNo ?? memberId, words))]
    },

    /** All of so many members, drawn by a word: the same word draws the same members while nobody new has points. */
    async sample(word: string, count: number, language: Language): Promise<string[][]> {
      const words = AUDIT_WORDS[language]
      const drawn = await auditRepository(db).draw(word, count)
      const cards = await needs.members.briefs(db, drawn)
      const table = [words.heads]
      for (const memberId of drawn)
        table.push(...(await rowsOf(memberId, cards.get(memberId)?.cardNo ?? memberId, words)))
      return table
    },
  }
}
export type AuditFile = ReturnType<typeof auditFile>

/** The shop's wall clock, '2026-11-22 14:05'. */
function timeText(at: Date, zone: string): string {
  const minute = shopMinute(at, zone)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${shopDay(at, zone)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

const hex = (hash: Uint8Array | null): string => (hash === null ? '' : Buffer.from(hash).toString('hex'))

/** 'took 30 [2026-11-22 – 2027-11-22] 01J…': what it made, took or gave back, and the days the lot lives. */
function lotText({ lotId, points, made, earnedOn, expiresOn }: TouchedLot, words: AuditWords): string {
  const how = made ? words.made : points > 0 ? words.took : points < 0 ? words.back : words.usable
  return `${how} ${Math.abs(points)} [${earnedOn} – ${expiresOn === NEVER ? words.never : expiresOn}] ${lotId}`
}

/** Where each receipt was, which version of the rules counted it, and as which tier. */
async function receiptsOf(
  db: Db,
  entries: readonly EntryRecord[],
): Promise<Map<string, { place: string; rules: string; tier: string }>> {
  const ids = [...new Set(entries.flatMap(entry => entry.documentId ?? []))]
  const credits = await creditsOf(db, ids)
  return new Map(
    (await earningRepository(db).documents(ids)).map(({ documentId, docKey }) => {
      const credit = credits.get(documentId)
      return [
        documentId,
        { place: docKey, rules: credit === undefined ? '' : String(credit.rulesVersion), tier: credit?.tier ?? '' },
      ]
    }),
  )
}
