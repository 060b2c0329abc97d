import { RE2JS } from 're2js'
import type { Content } from 'wechat-api-ts'
import { shopDay, shopMinute } from '../../../../kernel/clock.ts'
import type { Pattern, ReplyHours, ReplyKind, ReplyMatch, Unfit } from '../../contract/index.ts'

/** What somebody has done that may be answered. */
export type Saying =
  | { readonly kind: 'welcome'; readonly scene: string }
  | { readonly kind: 'scan'; readonly scene: string }
  | { readonly kind: 'click'; readonly key: string }
  /** null: a picture, a place … which only the default can answer. */
  | { readonly kind: 'text'; readonly text: string | null }

/** What a push says; null for what is never answered (reports, unfollows, pages that were opened), so that our own messages cannot set off others. */
export function sayingOf(content: Content): Saying | null {
  switch (content.kind) {
    case 'followed':
      return { kind: 'welcome', scene: content.scene ?? '' }
    case 'scanned':
      return { kind: 'scan', scene: content.scene }
    case 'menuClicked':
      return { kind: 'click', key: content.key }
    case 'text':
      return { kind: 'text', text: content.content }
    case 'voice':
      return { kind: 'text', text: content.recognition === '' ? null : content.recognition }
    case 'image':
    case 'video':
    case 'location':
    case 'link':
      return { kind: 'text', text: null }
    default:
      return null
  }
}

/** What is looked at of a text; WeChat itself takes 2,048 bytes. */
const LONGEST = 600
/** A pattern that would make a larger machine is refused: time grows with its size. */
const LARGEST_PROGRAM = 600
/** All regular expressions of one message together, in milliseconds; those behind are not asked any more. */
const REGEX_BUDGET_MS = 30

/** Full width and capitals do not matter to a person who types on a phone. */
const plain = (text: string): string => text.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase()

type Test = (text: string) => boolean

/** Why a regular expression cannot be used; null when it can. RE2: no look-around and no back-references, but time is linear. */
export function patternProblem(text: string): string | null {
  try {
    const size = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE).programSize()
    return size > LARGEST_PROGRAM ? 'too large' : null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function testOf({ how, text }: Pattern): Test {
  const wanted = plain(text)
  if (how === 'exact') return said => plain(said) === wanted
  if (how === 'contains') return said => plain(said).includes(wanted)
  if (patternProblem(text) !== null) return () => false
  const machine = RE2JS.compile(text, RE2JS.CASE_INSENSITIVE)
  return said => machine.matcher(said.normalize('NFKC').trim()).find()
}

/** A rule, ready to be asked. */
export interface Listener {
  readonly kind: ReplyKind
  readonly active: boolean
  readonly hours: ReplyHours | null
  readonly tests: readonly { readonly how: Pattern['how']; readonly text: string; readonly test: Test }[]
  readonly keys: readonly string[]
}

/** Makes a rule ready: its expressions are compiled once. */
export const listenerOf = (rule: {
  kind: ReplyKind
  active: boolean
  hours: ReplyHours | null
  match: ReplyMatch
}): Listener => ({
  kind: rule.kind,
  active: rule.active,
  hours: rule.hours,
  tests: rule.match.patterns.map(pattern => ({ ...pattern, test: testOf(pattern) })),
  keys: rule.match.keys,
})

/** A moment as the shop's wall clock shows it. */
export interface Wall {
  /** 1 = Monday. */
  readonly weekday: number
  /** HH:MM. */
  readonly time: string
}

const MONDAY = Date.parse('2024-01-01T00:00:00Z')

/** What the wall clock of a zone shows. */
export function wallOf(at: Date, zone: string): Wall {
  const days = Math.round((Date.parse(`${shopDay(at, zone)}T00:00:00Z`) - MONDAY) / 86_400_000)
  const minute = shopMinute(at, zone)
  const two = (part: number): string => String(part).padStart(2, '0')
  return { weekday: (((days % 7) + 7) % 7) + 1, time: `${two(Math.floor(minute / 60))}:${two(minute % 60)}` }
}

/** Whether it is within the hours; an end before the start is in the morning after. */
export function within({ days, from, to }: ReplyHours, { weekday, time }: Wall): boolean {
  const yesterday = weekday === 1 ? 7 : weekday - 1
  if (from === to) return days.includes(weekday)
  if (from < to) return days.includes(weekday) && time >= from && time < to
  return (days.includes(weekday) && time >= from) || (days.includes(yesterday) && time < to)
}

/** What came of asking a rule: the pattern or key that fitted, or why it does not answer. */
export type Asked = { readonly by: string } | { readonly why: Unfit }

/** Time for the regular expressions of one message; counted in process time, never in the shop's. */
export function regexBudget(milliseconds = REGEX_BUDGET_MS): () => boolean {
  const end = performance.now() + milliseconds
  return () => performance.now() < end
}

function fitsBy(rule: Listener, saying: Saying, mayAsk: () => boolean): string | null {
  switch (saying.kind) {
    case 'welcome':
      return rule.kind === 'welcome' ? '' : null
    case 'scan':
      return null
    case 'click': {
      if (rule.kind !== 'click') return null
      if (rule.keys.length === 0) return ''
      return rule.keys.includes(saying.key) ? saying.key : null
    }
    case 'text': {
      if (rule.kind === 'default') return ''
      if (rule.kind !== 'text' || saying.text === null) return null
      const said = saying.text.slice(0, LONGEST)
      return rule.tests.find(({ how, test }) => (how !== 'regex' || mayAsk()) && test(said))?.text ?? null
    }
  }
}

const LISTENS: Readonly<Record<Saying['kind'], readonly ReplyKind[]>> = {
  welcome: ['welcome'],
  scan: [],
  click: ['click'],
  text: ['text', 'default'],
}

/** Asks one rule. */
export function ask(rule: Listener, saying: Saying, wall: () => Wall, mayAsk: () => boolean): Asked {
  if (!rule.active) return { why: 'off' }
  if (!LISTENS[saying.kind].includes(rule.kind)) return { why: 'otherKind' }
  if (rule.hours !== null && !within(rule.hours, wall())) return { why: 'hours' }
  const by = fitsBy(rule, saying, mayAsk)
  return by === null ? { why: 'noMatch' } : { by }
}

/** The order in which rules are asked: as written, but the default, and a menu rule for every key, come last. */
export const inTurn = <Rule extends { readonly listener: Listener }>(rules: readonly Rule[]): Rule[] => {
  const last = ({ listener }: Rule): number =>
    listener.kind === 'default' || (listener.kind === 'click' && listener.keys.length === 0) ? 1 : 0
  return rules.toSorted((a, b) => last(a) - last(b))
}
