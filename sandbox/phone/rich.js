import { h } from './dom.js'

const markup = /<a\s+([^>]*)>([\s\S]*?)<\/a>|(https?:\/\/[\w\-./?%&=+#:@~!,;]+|weixin:\/\/dl\/business\/\?t=\w+)/g
const attribute = (text, name) => new RegExp(`${name}="([^"]*)"`).exec(text)?.[1] ?? ''

/** What a link in a message does: an address, a page of a mini-program, or an answer of a menu (wechat-protocol §1.8). */
const targetOf = (text, attributes) => {
  const program = attribute(attributes, 'data-miniprogram-appid')
  if (program !== '')
    return { kind: 'program', appId: program, page: attribute(attributes, 'data-miniprogram-path'), text }
  const href = attribute(attributes, 'href')
  const choice = /^weixin:\/\/bizmsgmenu\?(.*)$/.exec(href)?.[1]
  if (choice === undefined) return { kind: 'url', url: href, text }
  const query = new URLSearchParams(choice.replaceAll('&amp;', '&'))
  return { kind: 'choice', id: query.get('msgmenuid') ?? '', text: query.get('msgmenucontent') ?? text }
}

/** Only links are drawn as such, as WeChat does; every other sign of a message stays text. */
export const rich = (text, open) => {
  const parts = []
  let from = 0
  const link = (words, target) => h('button.link', { onclick: () => open(target), type: 'button' }, words)
  for (const match of text.matchAll(markup)) {
    parts.push(text.slice(from, match.index))
    const [whole, attributes, words, bare] = match
    parts.push(
      bare === undefined
        ? link(words, targetOf(words, attributes))
        : link(bare, { kind: 'url', url: bare, text: bare }),
    )
    from = match.index + whole.length
  }
  return [...parts, text.slice(from)].filter(part => part !== '')
}
