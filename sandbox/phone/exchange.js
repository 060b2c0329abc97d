/** How an exchange ended, in a word, and whether that is good. */
export const verdict = (entry, t) => {
  if (entry.status === 0) return [t('noAnswer'), 'bad']
  if (entry.status >= 400) return [`HTTP ${entry.status}`, 'bad']
  const code = /"errcode":(-?\d+)/.exec(entry.response)?.[1]
  if (code !== undefined && code !== '0') return [code, 'bad']
  return entry.fault === undefined ? ['✓', 'good'] : [t('journalFault'), 'bad']
}

/** What a push tells: the event, or the kind of message. */
export const eventName = entry => {
  const plain = entry.plain ?? ''
  const field = name => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>|"${name}":"(.*?)"`).exec(plain)
  const found = field('Event') ?? field('MsgType')
  return found?.[1] ?? found?.[2] ?? ''
}
