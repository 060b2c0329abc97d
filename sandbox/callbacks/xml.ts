/** What can be written as XML or JSON; a list repeats its element. */
export type Writable = string | number | { [name: string]: Writable } | Writable[]

const element = (name: string, value: Writable): string => {
  if (Array.isArray(value)) return value.map(one => element(name, one)).join('')
  if (typeof value === 'number') return `<${name}>${value}</${name}>`
  if (typeof value === 'string') return `<${name}><![CDATA[${value.split(']]>').join(']]]]><![CDATA[>')}]]></${name}>`
  return `<${name}>${inner(value)}</${name}>`
}

const inner = (fields: Record<string, Writable>): string =>
  Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join('')

/** A push as WeChat writes it: text in CDATA, numbers bare (wechat-protocol §1.6). */
export const toXml = (fields: Record<string, Writable>): string => `<xml>${inner(fields)}</xml>`

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z][\w.-]*)>|([^<]+)/y
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const plain = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => entities[name] ?? '')

/**
 * The first-level fields of an answer, as text; a nested element is ''. Null when it is not well formed or holds
 * anything but elements, text and CDATA: WeChat then calls the account broken (wechat-protocol §1.4).
 */
export const readXml = (text: string): Map<string, string> | null => {
  const fields = new Map<string, string>()
  const open: string[] = []
  const source = text.trim()
  let value = ''
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (found === null) return null
    const [, cdata, slash, name, words] = found
    if (cdata !== undefined || words !== undefined) {
      if (open.length === 0) return null
      if (open.length === 2) value += cdata ?? plain(words ?? '').trim()
    } else if (slash === '/') {
      if (open.pop() !== name) return null
      if (open.length === 1) fields.set(name ?? '', value)
      if (open.length === 0 && token.lastIndex < source.length) return null
      value = ''
    } else {
      if (open.length === 0 && name !== 'xml') return null
      open.push(name ?? '')
      value = ''
    }
  }
  return open.length === 0 && source !== '' ? fields : null
}
