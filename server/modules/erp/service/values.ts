import type { RowProblem } from './stream.ts'

/** A value read from a cell, or what is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly problem: RowProblem }

export const SCALE = 10_000
/** Fifteen digits: every such number is exact. */
const LARGEST = 1e15

const PLAIN = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?$/
const CURRENCY = /[¥￥$€£元]/g

/**
 * Reads a decimal as a whole number of ten-thousandths ("0.83" → 8300). Thousands separators are fine; currency signs
 * only where the mapping says so; '(12.00)' and full-width digits are not numbers.
 */
export function readDecimal(text: string, field: string, cutCurrencySigns = false): Read<number> {
  const plain = cutCurrencySigns ? text.replaceAll(CURRENCY, '').trim() : text
  const match = PLAIN.exec(plain)
  if (match === null || (match[2] === undefined && (match[3] ?? '') === '')) {
    return { problem: { field, reason: text.search(CURRENCY) >= 0 ? 'currencySign' : 'badNumber', value: text } }
  }
  const fraction = match[3] ?? ''
  if (fraction.length > 4 && /[1-9]/.test(fraction.slice(4)))
    return { problem: { field, reason: 'tooPrecise', value: text } }
  const whole = (match[2] ?? '0').replaceAll(',', '')
  const size = Number(whole) * SCALE + Number(fraction.slice(0, 4).padEnd(4, '0'))
  if (size >= LARGEST) return { problem: { field, reason: 'tooLarge', value: text } }
  return { value: match[1] === '-' && size !== 0 ? -size : size }
}

/** The text of a number of ten-thousandths, fit for a DECIMAL(18,4) column. */
export function decimalText(scaled: number): string {
  const size = Math.abs(scaled)
  const whole = Math.floor(size / SCALE)
  return `${scaled < 0 ? '-' : ''}${whole}.${String(size - whole * SCALE).padStart(4, '0')}`
}

/** a × b of ten-thousandths, rounded half away from zero at the fourth place; exact at any size. */
export function timesScaled(a: number, b: number): number {
  const product = a * b
  if (Math.abs(product) < Number.MAX_SAFE_INTEGER / 2) {
    const size = Math.abs(product)
    const rest = size % SCALE
    const rounded = (size - rest) / SCALE + (rest * 2 >= SCALE ? 1 : 0)
    return product < 0 && rounded !== 0 ? -rounded : rounded
  }
  const exact = BigInt(a) * BigInt(b)
  const half = BigInt(exact < 0n ? -SCALE / 2 : SCALE / 2)
  return Number((exact + half) / BigInt(SCALE))
}

/** A wall-clock moment as the shop wrote it: the day, and the time 'HH:MM:SS' where there was one. */
export interface Local {
  readonly day: string
  readonly time: string | null
}

const USUAL =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:[ T]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/
const pad = (text: string | undefined): string => (text ?? '').padStart(2, '0')

/** Whether a day 'YYYY-MM-DD' is in the calendar. */
export function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}

/** Reads dates in the given forms (of y M d H m s), or in the usual year-month-day spellings. Remembers days it has checked. */
export function dateReader(forms: readonly string[]): (text: string, field: string) => Read<Local> {
  const compiled = forms.map(compileForm)
  const known = new Map<string, boolean>()
  const exists = (day: string): boolean => {
    let answer = known.get(day)
    if (answer === undefined) {
      answer = isDay(day)
      if (known.size > 10_000) known.clear()
      known.set(day, answer)
    }
    return answer
  }
  const judge = (text: string, field: string, parts: DateParts): Read<Local> => {
    const day = `${parts.y}-${pad(parts.M)}-${pad(parts.d)}`
    if (!exists(day)) return { problem: { field, reason: 'badDate', value: text } }
    if (parts.H === undefined) return { value: { day, time: null } }
    const time = `${pad(parts.H)}:${pad(parts.m)}:${pad(parts.s)}`
    return isTime(time) ? { value: { day, time } } : { problem: { field, reason: 'badTime', value: text } }
  }
  return (text, field) => {
    for (const form of compiled) {
      const parts = form(text)
      if (parts !== null) return judge(text, field, parts)
    }
    const usual = compiled.length > 0 ? null : USUAL.exec(text)
    if (usual === null) return { problem: { field, reason: 'badDateForm', value: text } }
    const [, y = '', a, b, c, d, e, f, g, h, i, j, H, m, s] = usual
    return judge(text, field, { y, M: a ?? c ?? e ?? g ?? i, d: b ?? d ?? f ?? h ?? j, H, m, s })
  }
}

interface DateParts {
  readonly y: string
  readonly M: string | undefined
  readonly d: string | undefined
  readonly H: string | undefined
  readonly m: string | undefined
  readonly s: string | undefined
}

const WIDTHS = { y: '\\d{4}', M: '\\d{1,2}', d: '\\d{1,2}', H: '\\d{1,2}', m: '\\d{1,2}', s: '\\d{1,2}' } as const
const isLetter = (text: string): text is keyof typeof WIDTHS => text in WIDTHS

function compileForm(form: string): (text: string) => DateParts | null {
  const source = form.replaceAll(/([yMdHms])\1*|[^yMdHms]/g, (piece: string) => {
    const letter = piece.charAt(0)
    if (isLetter(letter)) return `(?<${letter}>${piece.length === 2 ? '\\d{2}' : WIDTHS[letter]})`
    return piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  const pattern = new RegExp(`^${source}$`)
  return text => {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) return null
    return { y: groups['y'] ?? '', M: groups['M'], d: groups['d'], H: groups['H'], m: groups['m'], s: groups['s'] }
  }
}

const isTime = (time: string): boolean => /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)

/** Reads a time of day 'H:MM[:SS]' or 'HHMMSS' as 'HH:MM:SS'. */
export function readTime(text: string, field: string): Read<string> {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text) ?? /^(\d{2})(\d{2})(\d{2})$/.exec(text)
  const time = match === null ? '' : `${pad(match[1])}:${pad(match[2])}:${pad(match[3])}`
  return isTime(time) ? { value: time } : { problem: { field, reason: 'badTime', value: text } }
}

const YES = new Set(['是', '1', 'true', 'yes', 'y', '√', '赠品', '赠'])
const NO = new Set(['', '否', '0', 'false', 'no', 'n', '×'])

/** Reads 是/否 and its kin. */
export function readFlag(text: string, field: string): Read<boolean> {
  const word = text.toLowerCase()
  if (YES.has(word)) return { value: true }
  if (NO.has(word)) return { value: false }
  return { problem: { field, reason: 'unknownValue', value: text } }
}

/** An id as text, without the ".0" that a spreadsheet has put behind it. */
export const cutDecimal = (text: string): string =>
  text.endsWith('.0') && /^\d+\.0$/.test(text) ? text.slice(0, -2) : text

/** A required text of at most `limit` characters. */
export function readText(text: string, field: string, limit: number): Read<string> {
  if (text === '') return { problem: { field, reason: 'missingValue', value: null } }
  if (text.length > limit)
    return { problem: { field, reason: 'tooLong', value: text.slice(0, 40), details: { limit } } }
  return { value: text }
}

/** The kind that a product code has by the first fitting rule of a mapping; null when none fits. */
export function kindRules(
  rules: readonly { readonly pattern: string; readonly kind: string }[],
): (code: string) => string | null {
  const compiled = rules.map(rule => ({ pattern: new RegExp(rule.pattern, 'u'), kind: rule.kind }))
  return code => compiled.find(rule => rule.pattern.test(code))?.kind ?? null
}
