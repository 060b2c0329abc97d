const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const plain = (value: unknown): string =>
  value === null || value === undefined || value === ''
    ? '—'
    : value instanceof Date
      ? value.toISOString()
      : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : JSON.stringify(value)

function html(value: unknown): string {
  if (Array.isArray(value)) {
    const rows = value.filter(isRecord)
    if (rows.length === 0) return '<p>—</p>'
    const columns = [...new Set(rows.flatMap(row => Object.keys(row)))]
    const head = columns.map(column => `<th>${escaped(column)}</th>`).join('')
    const body = rows.map(row => `<tr>${columns.map(column => `<td>${html(row[column])}</td>`).join('')}</tr>`).join('')
    return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
  }
  if (isRecord(value))
    return `<dl>${Object.entries(value)
      .map(([name, one]) => `<dt>${escaped(name)}</dt><dd>${html(one)}</dd>`)
      .join('')}</dl>`
  return escaped(plain(value))
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value))
    return value.length === 0
      ? [`${indent}—`]
      : value.flatMap((one, i) => [`${indent}${i + 1}.`, ...lines(one, `${indent}  `)])
  if (isRecord(value))
    return Object.entries(value).flatMap(([name, one]) =>
      Array.isArray(one) || isRecord(one)
        ? [`${indent}${name}:`, ...lines(one, `${indent}  `)]
        : [`${indent}${name}: ${plain(one)}`],
    )
  return [`${indent}${plain(value)}`]
}

/** A part of an export with its heading. */
export interface Section {
  readonly title: string
  readonly value: unknown
}

/** An export as a page that prints well, without anything from elsewhere. */
export const readablePage = (title: string, sections: readonly Section[]): string =>
  `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>${escaped(title)}</title><style>body{font:14px/1.6 system-ui,sans-serif;max-width:960px;margin:32px auto;padding:0 16px;color:#1f2329}h1{font-size:22px}h2{font-size:16px;margin-top:32px}table{border-collapse:collapse;width:100%}th,td{border:1px solid #dee0e3;padding:4px 8px;text-align:left;vertical-align:top}th{background:#f5f6f7}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}dt{color:#646a73}dd{margin:0}</style><h1>${escaped(title)}</h1>${sections
    .map(section => `<h2>${escaped(section.title)}</h2>${html(section.value)}`)
    .join('')}</html>`

/** An export as plain text, to read on a phone. */
export const readableText = (sections: readonly Section[]): string =>
  sections.map(section => [`【${section.title}】`, ...lines(section.value, '')].join('\n')).join('\n\n')
