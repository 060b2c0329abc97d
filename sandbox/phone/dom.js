/** Makes an element: `h('div.row', { onclick }, 'text', child)`; null and false children are left out. */
export const h = (name, props = {}, ...children) => {
  const [tag, ...classes] = name.split('.')
  const element = document.createElement(tag || 'div')
  if (classes.length > 0) element.className = classes.join(' ')
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key === 'style') element.style.cssText = value
    else if (key === 'html') element.innerHTML = value
    else element.setAttribute(key, value === true ? '' : value)
  }
  element.append(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false))
  return element
}

/** Puts new content in the place of the old. */
export const fill = (element, ...children) => {
  element.replaceChildren(...children.flat(3).filter(child => child !== null && child !== undefined && child !== false))
  return element
}

/** An icon by name, drawn in the colour of its surroundings. */
export const icon = (name, size = 20) =>
  h('span.icon', {
    html: `<svg viewBox="0 0 24 24" width="${size}" height="${size}" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${paths[name] ?? ''}</svg>`,
    'aria-hidden': 'true',
  })

const paths = {
  back: '<path d="M15 4.5 7.5 12l7.5 7.5"/>',
  next: '<path d="m9 6 6 6-6 6"/>',
  plus: '<circle cx="12" cy="12" r="9"/><path d="M12 8v8M8 12h8"/>',
  more: '<circle cx="5" cy="12" r="1.2" fill="currentColor"/><circle cx="12" cy="12" r="1.2" fill="currentColor"/><circle cx="19" cy="12" r="1.2" fill="currentColor"/>',
  keyboard:
    '<rect x="2.5" y="6" width="19" height="12" rx="2.5"/><path d="M6 10h.01M9.5 10h.01M13 10h.01M16.500 10h.01M7.500 14.500h9"/>',
  menu: '<path d="M5 7.500h14M5 12h14M5 16.500h14"/>',
  chat: '<path d="M12 4c5 0 9 3.200 9 7.200s-4 7.200-9 7.200c-1 0-2-.1-2.900-.4L5 20l.9-3.200C4.100 15.500 3 13.500 3 11.200 3 7.200 7 4 12 4Z"/>',
  people:
    '<circle cx="10" cy="8.500" r="3.500"/><path d="M3.500 19c.6-3.400 3.200-5.200 6.500-5.200s5.900 1.800 6.500 5.200M17 6.500h4M17 10h4M18.500 13.500H21"/>',
  compass: '<circle cx="12" cy="12" r="8.500"/><path d="m15.500 8.500-2 5-5 2 2-5 5-2Z"/>',
  me: '<circle cx="12" cy="8.500" r="3.700"/><path d="M4.500 19.500c.7-3.600 3.700-5.500 7.500-5.500s6.800 1.900 7.500 5.500"/>',
  scan: '<path d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2M4 12h16"/>',
  app: '<circle cx="12" cy="12" r="8.500"/><path d="M9.300 14.700a2 2 0 1 1-1.600-3.200M14.700 9.300a2 2 0 1 1 1.600 3.200M12 9.800c0-1.200 1-2 2.200-2M12 9.800v4.400c0 1.200-1 2-2.200 2"/>',
  bell: '<path d="M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15L6 16.500ZM10.500 20.500h3"/>',
  check: '<path d="m5 12.500 4.500 4.500L19 7.500"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  outside: '<path d="M10 6H5.500v12.500H18V14M14 4.500h5.500V10M19 5l-8.500 8.500"/>',
  voice: '<path d="M6 9.500a4 4 0 0 1 0 5M9.500 6.500a8 8 0 0 1 0 11M13 4a12 12 0 0 1 0 16"/>',
  play: '<path d="M8 5.500v13l11-6.500-11-6.500Z" fill="currentColor" stroke="none"/>',
  link: '<path d="M10 14a4 4 0 0 0 6 .4l2.500-2.500a4 4 0 0 0-5.700-5.700L11.500 7.500M14 10a4 4 0 0 0-6-.4L5.500 12.100a4 4 0 0 0 5.700 5.700l1.300-1.300"/>',
  pin: '<path d="M12 21s6.500-6.200 6.500-11a6.500 6.500 0 0 0-13 0c0 4.800 6.500 11 6.500 11Z"/><circle cx="12" cy="10" r="2.300"/>',
  camera: '<path d="M4 8h3l1.500-2.500h7L17 8h3v11H4V8Z"/><circle cx="12" cy="13" r="3.500"/>',
  album:
    '<rect x="3.500" y="5" width="17" height="14" rx="2"/><path d="m4 17 5-5 4 4 3-3 4 4"/><circle cx="15.500" cy="9.500" r="1.300"/>',
  film: '<rect x="3.500" y="6" width="12" height="12" rx="2"/><path d="m15.500 11 5-3v8l-5-3"/>',
  pair: '<rect x="3" y="4" width="7.500" height="16" rx="2"/><rect x="13.500" y="4" width="7.500" height="16" rx="2"/>',
  sms: '<rect x="3.500" y="5" width="17" height="12" rx="3"/><path d="M8 17v3l4-3M8 9.500h8M8 12.500h5"/>',
}

const hues = ['#5B8DEF', '#E58A4E', '#3FA986', '#B76FD0', '#D9A441', '#4FA3C7', '#D96C7B', '#7A8CA8']

/** A person's picture: the last sign of the name on a colour of their own. */
export const avatar = (person, size = 40) => {
  const hue = hues[[...person.id].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % hues.length]
  return h(
    'span.avatar',
    { style: `width:${size}px;height:${size}px;background:${hue};font-size:${size * 0.45}px` },
    person.name.slice(-1),
  )
}

/** An account's picture; a mini-program's is round. */
export const logo = (account, size = 40) =>
  h(
    `span.logo${account?.kind === 'miniprogram' ? '.round' : ''}`,
    { style: `width:${size}px;height:${size}px;font-size:${size * 0.5}px` },
    (account?.name ?? '?').slice(0, 1),
  )

/** The hour of something, or the day when it is not today. */
export const clockText = (at, now, language) => {
  const date = new Date(at)
  const hours = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
  if (new Date(now).toDateString() === date.toDateString()) return hours
  return language === 'zh'
    ? `${date.getMonth() + 1}月${date.getDate()}日 ${hours}`
    : `${date.toLocaleString('en', { month: 'short', day: 'numeric' })}, ${hours}`
}
