import {
  dateReader,
  readDecimal,
  readFlag,
  readText,
  cutDecimal,
  type FieldSpec,
  type ParsedRow,
  type ParserInput,
  type Read,
  type RowProblem,
} from '../../erp/index.ts'
import { z } from 'zod'
import { plainPhone } from './personal.ts'

/** A card as a file states it. `enrolledOn`: the day the member signed the terms on paper; null = nobody has signed. */
export const CardRow = z.object({
  cardNo: z.string(),
  phone: z.string().nullable(),
  name: z.string().nullable(),
  gender: z.enum(['female', 'male']).nullable(),
  birthday: z.string().nullable(),
  storeCode: z.string().nullable(),
  issuedOn: z.string().nullable(),
  balancePoints: z.number(),
  lastUsedOn: z.string().nullable(),
  lastAmount: z.string().nullable(),
  enrolledOn: z.string().nullable(),
  /** 开卡人: a user name or a name, as the file states it. */
  recruiter: z.string().nullable().default(null),
})
export type CardRow = z.output<typeof CardRow>

const field = (name: string, zh: string, en: string, aliases: string[], required = false): FieldSpec => ({
  name,
  label: { zh, en },
  required,
  aliases,
})

/** The columns of a card file. `enrolled` is for files without a signing date: 是 (or a constant) = everyone here has signed. */
export const CARD_FIELDS: readonly FieldSpec[] = [
  field(
    'cardNo',
    '会员卡号',
    'Card number',
    ['卡号', '会员卡号', '会员号', 'card no', 'card number', 'CustomerID'],
    true,
  ),
  field('phone', '手机号', 'Phone', ['手机', '手机号', '手机号码', '电话', 'mobile', 'phone']),
  field('name', '姓名', 'Name', ['姓名', '会员姓名', '名称', 'name']),
  field('gender', '性别', 'Gender', ['性别', 'gender', 'sex']),
  field('birthday', '生日', 'Birthday', ['生日', '出生日期', 'birthday']),
  field('storeCode', '开卡门店', 'Store', ['开卡门店', '门店编码', '门店', 'store', 'store code']),
  field('issuedOn', '开卡日期', 'Issued on', ['开卡日期', '办卡日期', '发卡日期', 'issued']),
  field('balancePoints', '积分余额', 'Points balance', ['积分余额', '积分', '可用积分', 'points']),
  field('lastUsedOn', '最近消费日期', 'Last used on', ['最近消费日期', '最近消费', '最后消费日期', 'last used']),
  field('lastAmount', '最近消费金额', 'Last amount', ['最近消费金额', '最后消费金额', 'last amount']),
  field('signedOn', '签约日期', 'Terms signed on', ['签约日期', '协议签署日期', 'signed']),
  field('recruiter', '开卡人', 'Recruiter', ['开卡人', '发卡人', '开卡员工', '推荐人工号', 'recruiter', 'enrolled by']),
  field('enrolled', '已签会员协议', 'Terms signed', ['已签协议', '已签会员协议', 'enrolled']),
]

const GENDERS: Readonly<Record<string, 'female' | 'male'>> = {
  女: 'female',
  f: 'female',
  female: 'female',
  男: 'male',
  m: 'male',
  male: 'male',
}

/** Reads the rows of a card file; a row that cannot stand says which field and why. */
export function cardParser({ text, mapping, today }: ParserInput): (cells: readonly string[]) => ParsedRow<CardRow> {
  const dates = dateReader(mapping.dateForms)
  const of = Object.fromEntries(CARD_FIELDS.map(({ name }) => [name, text(name)]))
  const cell = (name: string, cells: readonly string[]): string => of[name]?.(cells) ?? ''

  return cells => {
    const problems: RowProblem[] = []
    const take = <T>(read: Read<T>, otherwise: T): T => {
      if ('value' in read) return read.value
      problems.push(read.problem)
      return otherwise
    }
    const optional = (name: string, limit: number): string | null => {
      const value = cell(name, cells)
      return value === '' ? null : take(readText(value, name, limit), null)
    }
    const day = (name: string): string | null => {
      const value = cell(name, cells)
      if (value === '') return null
      const at = take<{ day: string } | null>(dates(value, name), null)?.day ?? null
      if (at !== null && at > today) problems.push({ field: name, reason: 'futureDate', value })
      return at
    }
    const number = (name: string): number | null => {
      const value = cell(name, cells)
      return value === '' ? null : take<number | null>(readDecimal(value, name, mapping.cutCurrencySigns), null)
    }

    const stated = cell('cardNo', cells)
    const cardNo = take(readText(mapping.cutDecimalIds ? cutDecimal(stated) : stated, 'cardNo', 32), '')
    const statedPhone = cell('phone', cells)
    const phone = statedPhone === '' ? null : plainPhone(mapping.cutDecimalIds ? cutDecimal(statedPhone) : statedPhone)
    if (statedPhone !== '' && phone === null)
      problems.push({ field: 'phone', reason: 'unknownValue', value: maskAll(statedPhone) })
    const balance = number('balancePoints') ?? 0
    const amount = number('lastAmount')
    const issuedOn = day('issuedOn')
    const signedOn = day('signedOn')
    const enrolled = take(readFlag(cell('enrolled', cells), 'enrolled'), false)
    const row: CardRow = {
      cardNo,
      phone,
      name: optional('name', 40),
      gender: GENDERS[cell('gender', cells).toLowerCase()] ?? null,
      birthday: day('birthday'),
      storeCode: optional('storeCode', 32),
      issuedOn,
      balancePoints: Math.trunc(balance / 10_000),
      lastUsedOn: day('lastUsedOn'),
      lastAmount: amount === null ? null : (amount / 10_000).toFixed(4),
      recruiter: optional('recruiter', 64),
      enrolledOn: signedOn ?? (enrolled ? (issuedOn ?? today) : null),
    }
    return problems.length === 0
      ? { ok: true, key: cardNo, row }
      : { ok: false, key: cardNo === '' ? null : cardNo, problems, storeCode: row.storeCode }
  }
}

/** A value that is perhaps a person's number is not repeated in a message. */
const maskAll = (value: string): string => `${value.slice(0, 2)}***`
