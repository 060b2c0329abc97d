import { addDays } from '../../../kernel/clock.ts'
import { chunks, inTransaction, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { ImportContext, Outcome, ParsedRow, ParserInput, RowProblem, Stream } from '../../erp/index.ts'
import { cutDecimal, dateReader, readDecimal, readText, type FieldSpec, type Read } from '../../erp/index.ts'
import { NEVER } from './ledger.ts'
import type { LedgerDesk } from './give.ts'
import { openingProof } from './opening-proof.ts'
import type { PointsNeeds } from './ports.ts'

/** A row of an opening file: what the old system owed a card. */
export interface OpeningRow {
  readonly cardNo: string
  readonly points: number
  readonly earnedOn: string
  readonly expiresOn: string
}

const field = (name: string, zh: string, en: string, aliases: string[], required = false): FieldSpec => ({
  name,
  label: { zh, en },
  required,
  aliases,
})

const FIELDS: readonly FieldSpec[] = [
  field('cardNo', '会员卡号', 'Card number', ['卡号', '会员卡号', '会员号', 'card no', 'card number'], true),
  field(
    'points',
    '期初积分',
    'Opening points',
    ['期初积分', '积分余额', '积分', '可用积分', 'points', 'balance'],
    true,
  ),
  field('earnedOn', '获得日期', 'Earned on', ['获得日期', '积分日期', 'earned']),
  field('expiresOn', '到期日期', 'Expires after', ['到期日期', '失效日期', '有效期至', 'expires']),
]

function parser({ text, mapping, today }: ParserInput): (cells: readonly string[]) => ParsedRow<OpeningRow> {
  const dates = dateReader(mapping.dateForms)
  const of = Object.fromEntries(FIELDS.map(({ name }) => [name, text(name)]))
  return cells => {
    const cell = (name: string): string => of[name]?.(cells) ?? ''
    const problems: RowProblem[] = []
    const take = <T>(read: Read<T>, otherwise: T): T => {
      if ('value' in read) return read.value
      problems.push(read.problem)
      return otherwise
    }
    const day = (name: string): string | null => {
      const value = cell(name)
      return value === '' ? null : (take<{ day: string } | null>(dates(value, name), null)?.day ?? null)
    }
    const stated = cell('cardNo')
    const cardNo = take(readText(mapping.cutDecimalIds ? cutDecimal(stated) : stated, 'cardNo', 64), '')
    const points = take<number | null>(readDecimal(cell('points'), 'points', mapping.cutCurrencySigns), null) ?? 0
    const lastDay = day('expiresOn')
    const row: OpeningRow = {
      cardNo,
      points: Math.trunc(points / 10_000),
      earnedOn: day('earnedOn') ?? today,
      // A file states the last good day; the ledger keeps the first bad one.
      expiresOn: lastDay === null ? NEVER : addDays(lastDay, 1),
    }
    return problems.length === 0
      ? { ok: true, key: `${cardNo} ${row.expiresOn}`, row }
      : { ok: false, key: cardNo === '' ? null : cardNo, problems }
  }
}

const COLUMNS = ['rowKey', 'cardNo', 'points', 'earnedOn', 'expiresOn', 'importId', 'updatedAt'] as const

/** 期初积分: files of the old system's balances, credited to whoever has the card, now or once it is bound. */
export function openings(
  { db, clock }: Pick<Kernel, 'db' | 'clock'>,
  needs: Pick<PointsNeeds, 'members'>,
  desk: LedgerDesk,
) {
  /** Credits what rows state beyond what was credited, where the card is somebody's; held rows make it once. */
  async function credit(tx: Tx, rowKeys: readonly string[]): Promise<void> {
    const rows = await tx
      .selectFrom('points_opening')
      .selectAll()
      .where('rowKey', 'in', rowKeys)
      .orderBy('rowKey')
      .forUpdate()
      .execute()
    const owners = await needs.members.idsByCards(tx, [
      ...new Set(rows.filter(row => row.memberId === null).map(row => row.cardNo)),
    ])
    const due = rows.flatMap(row => {
      const memberId = row.memberId ?? owners.get(row.cardNo)
      return memberId === undefined || row.points === row.credited
        ? []
        : [{ ...row, memberId, version: row.version + 1 }]
    })
    if (due.length === 0) return
    await desk.open(
      tx,
      due.map(row => ({
        key: `opening:${row.rowKey}:${row.version}`.slice(0, 100),
        memberId: row.memberId,
        points: row.points - row.credited,
        earnedOn: row.earnedOn,
        expiresOn: row.expiresOn,
      })),
    )
    await insertRows(
      tx,
      'points_opening',
      [...COLUMNS, 'credited', 'memberId', 'version'],
      due.map(row => [
        row.rowKey,
        row.cardNo,
        row.points,
        row.earnedOn,
        row.expiresOn,
        row.importId,
        clock.now(),
        row.points,
        row.memberId,
        row.version,
      ]),
      { update: ['credited', 'memberId', 'version', 'updatedAt'] },
    )
  }

  async function apply(tx: Tx, rows: readonly OpeningRow[], { importId }: ImportContext): Promise<Outcome> {
    const keyOf = (row: OpeningRow): string => `${row.cardNo} ${row.expiresOn}`
    const keys = rows.map(keyOf)
    const known = new Map(
      (await tx.selectFrom('points_opening').select(['rowKey', 'points']).where('rowKey', 'in', keys).execute()).map(
        row => [row.rowKey, row.points],
      ),
    )
    const news = rows.filter(row => known.get(keyOf(row)) !== row.points)
    await insertRows(
      tx,
      'points_opening',
      COLUMNS,
      news.map(row => [keyOf(row), row.cardNo, row.points, row.earnedOn, row.expiresOn, importId, clock.now()]),
      { update: ['points', 'earnedOn', 'importId', 'updatedAt'] },
    )
    if (news.length > 0) await credit(tx, news.map(keyOf))
    const created = news.filter(row => !known.has(keyOf(row))).length
    return { created, changed: news.length - created, same: rows.length - news.length, older: 0 }
  }

  const stream: Stream<OpeningRow, OpeningRow> = {
    name: 'openingPoints',
    label: { zh: '期初积分', en: 'Opening points' },
    fields: FIELDS,
    parser,
    pack: rows => JSON.stringify(rows),
    assemble(_key, packs) {
      const rows = packs.flatMap(pack => JSON.parse(pack) as OpeningRow[])
      const last = rows.at(-1)
      if (last === undefined) return { problems: [{ field: 'cardNo', reason: 'missingValue', value: null }] }
      // Several rows of one card and expiry are one lot.
      return { document: { ...last, points: rows.reduce((sum, row) => sum + row.points, 0) } }
    },
    applier: context => ({ apply: (tx, rows) => apply(tx, rows, context) }),
  }

  return {
    stream,

    /** Cards have become somebody's: what waited for them is credited. */
    async onCardsBound(cardNos: readonly string[]): Promise<void> {
      const rows = await db.selectFrom('points_opening').select('rowKey').where('cardNo', 'in', cardNos).execute()
      for (const run of chunks(rows, 200))
        await inTransaction(db, tx =>
          credit(
            tx,
            run.map(row => row.rowKey),
          ),
        )
    },

    proof: openingProof(db),
  }
}
export type Openings = ReturnType<typeof openings>
