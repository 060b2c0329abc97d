import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { parseLossless } from '../client/json.ts'
import { CallbackError } from './errors.ts'
import { readFlat } from './flat.ts'

/** A push after parsing: every leaf is a string (64-bit ids too), an element that repeats is a list. */
export interface Fields {
  [name: string]: Field
}
/** One value of a push. */
export type Field = string | Fields | Field[]

/** XML for official accounts; mini-programs may choose JSON. */
export type Format = 'xml' | 'json'

const DEEPEST = 12
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: true,
  processEntities: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  maxNestedTags: DEEPEST,
})

const builtIn: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const unescape = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => builtIn[name] ?? '')

const cdata = /<!\[CDATA\[([\s\S]*?)\]\]>/g
const escape = (text: string): string =>
  text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)

const normalise = (value: unknown, depth: number): Field => {
  if (depth > DEEPEST) throw new CallbackError('malformed')
  if (Array.isArray(value)) return value.map(one => normalise(one, depth + 1))
  if (value !== null && typeof value === 'object') {
    const fields: Fields = Object.create(null)
    for (const [name, inner] of Object.entries(value)) fields[name] = normalise(inner, depth + 1)
    return fields
  }
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

const isFields = (field: Field | undefined): field is Fields => typeof field === 'object' && !Array.isArray(field)

const readXml = (text: string): Field => readFlat(text) ?? readAnyXml(text)

const readAnyXml = (text: string): Field => {
  // CDATA becomes escaped text first: what is left of "<!" is then a DOCTYPE, an entity declaration or a
  // comment, none of which WeChat sends, so it is refused before any parser sees it. A shopper may well
  // write "<!DOCTYPE" in a message: that sits inside CDATA and stays text.
  const plain = text.replace(cdata, (_, inner: string) => escape(inner))
  if (plain.includes('<!') || /<\?(?!xml\s)/.test(plain)) throw new CallbackError('malformed')
  if (XMLValidator.validate(plain) !== true) throw new CallbackError('malformed')
  let root: unknown
  try {
    root = parser.parse(plain)
  } catch {
    throw new CallbackError('malformed')
  }
  const document = normalise(root, 0)
  if (!isFields(document) || Object.keys(document).length !== 1) throw new CallbackError('malformed')
  return unescapeAll(document['xml'] ?? '')
}

const unescapeAll = (field: Field): Field => {
  if (typeof field === 'string') return unescape(field)
  if (Array.isArray(field)) return field.map(unescapeAll)
  for (const [name, inner] of Object.entries(field)) field[name] = unescapeAll(inner)
  return field
}

const readJson = (text: string): Field => {
  try {
    return normalise(parseLossless(text), 0)
  } catch {
    throw new CallbackError('malformed')
  }
}

/** Parses a push by its first character (the Content-Type is not to be trusted); throws `malformed`. */
export const readDocument = (text: string): { format: Format; fields: Fields } => {
  const format = text.trimStart().startsWith('{') ? 'json' : 'xml'
  const fields = format === 'json' ? readJson(text) : readXml(text)
  if (!isFields(fields)) throw new CallbackError('malformed')
  return { format, fields }
}

/** The text of a field; '' where it is absent or not a leaf. */
export const textOf = (fields: Fields, name: string): string => {
  const field = fields[name]
  return typeof field === 'string' ? field : ''
}

/** The fields inside a field; empty where it is absent or a leaf. */
export const inside = (fields: Fields, name: string): Fields => {
  const field = fields[name]
  return isFields(field) ? field : {}
}

/** A list that WeChat sends as one element, several, or none. */
export const listOf = (fields: Fields, name: string): Fields[] => {
  const field = fields[name]
  if (Array.isArray(field)) return field.filter(isFields)
  return isFields(field) ? [field] : []
}

/** What `writeXml` can write; a list repeats its element. */
export type Writable = string | number | { [name: string]: Writable } | Writable[]

const element = (name: string, value: Writable): string => {
  if (Array.isArray(value)) return value.map(one => element(name, one)).join('')
  if (typeof value === 'number') return `<${name}>${value}</${name}>`
  if (typeof value === 'object') return `<${name}>${elements(value)}</${name}>`
  return `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`
}

const elements = (fields: Record<string, Writable>): string =>
  Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join('')

/** Writes XML as WeChat does: strings in CDATA (a `]]>` inside is split), numbers bare. */
export const writeXml = (fields: Record<string, Writable>): string => `<xml>${elements(fields)}</xml>`
