import type { Db } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { openTable } from '../../erp/index.ts'
import type { FilesApi } from '../../files/index.ts'
import { activeMembers, plainPhone, type MembersApi } from '../../members/index.ts'
import { bulkErrors, type BulkKind, type BulkReason } from '../contract/bulk.ts'
import { bulkRepository, type BulkRecord, type BulkRowRecord } from '../repository/bulk.ts'
import { codesRepository } from '../repository/codes.ts'
import { isCouponCode, plainCouponCode } from './code.ts'
import { plainCode } from './pool.ts'

/** Rows of one file at most. */
export const MOST_ROWS = 200_000

/** What the column may be called in which each kind of file names its rows. */
const COLUMNS: Readonly<Record<BulkKind, readonly string[]>> = {
  issue: ['会员卡号', '卡号', '会员号', '手机号', '手机', 'card number', 'card no', 'phone'],
  void: ['券码', '优惠券码', 'coupon code', 'code'],
  pool: ['兑换码', '券码', '码', 'code', 'codes'],
}

/** A pool's code: what a person can type, long enough not to be found by trying. */
const POOL_CODE = /^[A-Z0-9][A-Z0-9-]{4,30}[A-Z0-9]$/

export interface ReadNeeds {
  readonly files: Pick<FilesApi, 'get' | 'pathOf' | 'receive'>
  readonly members: Pick<MembersApi, 'idsByCards' | 'idsByPhones'>
}

interface Judged {
  readonly subject: string
  readonly target: string | null
  readonly reason: BulkReason | null
}

const bad = (subject: string, reason: BulkReason): Judged => ({ subject, target: null, reason })
const good = (subject: string, target: string): Judged => ({ subject, target, reason: null })
const masked = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`
const isPhone = (text: string): boolean => /^1\d{10}$/.test(text)

/** Reads a file row by row and writes down what each row means, or why it is bad. Reading it again changes nothing. */
export async function readBulk({ db }: Pick<Kernel, 'db'>, needs: ReadNeeds, bulk: BulkRecord): Promise<void> {
  const kind = bulk.kind as BulkKind
  const path = await needs.files.pathOf(await needs.files.get(bulk.fileId))
  const table = await openTable(path, { encoding: 'auto', delimiter: 'auto', headerLine: 1 })
  const at = columnsOf(table.headers, kind)
  if (at.length === 0)
    throw bulkErrors.bulkColumns({ columns: COLUMNS[kind].slice(0, kind === 'issue' ? 4 : 1).join(' / ') })
  const seen = new Set<string>()
  let count = 0
  for await (const batch of table.batches()) {
    // Further sheets of a workbook are not meant: they would be counted from their first line again.
    const rows = batch.filter(({ section }) => section === 0)
    count += rows.length
    if (count > MOST_ROWS) throw bulkErrors.bulkTooLong({ limit: MOST_ROWS })
    const texts = rows.map(({ cells }) => at.map(i => (cells[i] ?? '').trim()).find(text => text !== '') ?? '')
    const judged = await judge[kind](db, needs, texts)
    await bulkRepository(db).addRows(
      rows.map(({ line }, i): BulkRowRecord => {
        const one = judged[i] ?? bad('', 'empty')
        const isTwice = one.target !== null && seen.has(one.target)
        if (one.target !== null) seen.add(one.target)
        const reason = isTwice ? 'duplicate' : one.reason
        return {
          bulkId: bulk.id,
          line,
          subject: one.subject.slice(0, 64),
          target: one.target,
          state: reason === null ? 'open' : 'bad',
          reason,
        }
      }),
    )
  }
}

/** Where in a row the subject may stand, best name first. */
function columnsOf(headers: readonly string[], kind: BulkKind): number[] {
  const plain = headers.map(header => header.trim().toLowerCase())
  return COLUMNS[kind].map(name => plain.indexOf(name)).filter(i => i >= 0)
}

type Judge = (db: Db, needs: ReadNeeds, texts: readonly string[]) => Promise<Judged[]>

const judge: Readonly<Record<BulkKind, Judge>> = {
  async issue(db, { members }, texts) {
    const plain = texts.map(text => plainPhone(text) ?? text.replaceAll(/\s/g, ''))
    const phones = plain.filter(isPhone)
    const cards = plain.filter(text => text !== '' && !isPhone(text) && text.length <= 64)
    const ids = new Map([
      ...(phones.length === 0 ? [] : await members.idsByPhones(db, phones)),
      ...(cards.length === 0 ? [] : await members.idsByCards(db, cards)),
    ])
    const found = [...new Set(ids.values())]
    const active = found.length === 0 ? [] : await activeMembers(db).where('member.id', 'in', found).execute()
    const isActive = new Set(active.map(({ memberId }) => memberId))
    return plain.map(text => {
      const subject = isPhone(text) ? masked(text) : text
      const memberId = ids.get(text)
      if (text === '') return bad('', 'empty')
      return memberId !== undefined && isActive.has(memberId) ? good(subject, memberId) : bad(subject, 'noMember')
    })
  },

  async void(db, _, texts) {
    const codes = texts.map(plainCouponCode)
    const rows = await bulkRepository(db).couponsByCodes(codes.filter(isCouponCode))
    const byCode = new Map(rows.map(row => [row.code, row]))
    return codes.map((code, i) => {
      const coupon = byCode.get(code)
      if (code === '') return bad('', 'empty')
      if (!isCouponCode(code)) return bad(texts[i] ?? '', 'malformed')
      if (coupon === undefined) return bad(code, 'noCoupon')
      return coupon.state === 'issued' ? good(code, coupon.id) : bad(code, 'notVoidable')
    })
  },

  async pool(db, _, texts) {
    const codes = texts.map(plainCode)
    const existing = await codesRepository(db).existing(codes.filter(code => POOL_CODE.test(code)))
    return codes.map((code, i) => {
      if (code === '') return bad('', 'empty')
      if (!POOL_CODE.test(code)) return bad(texts[i] ?? '', 'malformed')
      return existing.has(code) ? bad(code, 'exists') : good(code, code)
    })
  },
}
