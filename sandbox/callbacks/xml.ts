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

/** An element of an answer: its text, and the elements in it by name. */
export interface Node {
  text: string
  children: Map<string, Node[]>
}

/**
 * An answer as a tree. Null when it is not well formed, or holds anything but elements, text and CDATA: WeChat then
 * calls the account broken (wechat-protocol §1.4).
 */
export const readTree = (text: string): Node | null => {
  const source = text.trim()
  const root: Node = { text: '', children: new Map() }
  const open: { name: string; node: Node }[] = []
  let done = false
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const found = token.exec(source)
    if (found === null || done) return null
    const [, cdata, slash, name = '', words] = found
    const inner = open.at(-1)
    if (cdata !== undefined || words !== undefined) {
      if (inner === undefined) return null
      inner.node.text += cdata ?? plain(words ?? '').trim()
    } else if (slash === '/') {
      if (open.pop()?.name !== name) return null
      done = open.length === 0
    } else if (inner === undefined) {
      if (name !== 'xml') return null
      open.push({ name, node: root })
    } else {
      const node: Node = { text: '', children: new Map() }
      const same = inner.node.children.get(name)
      if (same === undefined) inner.node.children.set(name, [node])
      else same.push(node)
      open.push({ name, node })
    }
  }
  return done ? root : null
}

/** The first-level fields of an answer as text, nested elements as ''; null when it is not well formed. */
export const readXml = (text: string): Map<string, string> | null => {
  const tree = readTree(text)
  if (tree === null) return null
  return new Map([...tree.children].map(([name, nodes]) => [name, nodes.at(-1)?.text ?? '']))
}
