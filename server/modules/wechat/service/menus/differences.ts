import type { z } from 'zod'
import type { Menu, MenuButton, MenuDifference, MenuEntry } from '../../contract/index.ts'
import { isGroup, KEYED } from './problems.ts'

type Difference = z.output<typeof MenuDifference>

const saysOf = (one: MenuButton): string => {
  if (KEYED.includes(one.type)) return `${one.type} ${one.key}`
  switch (one.type) {
    case 'view':
      return one.url
    case 'miniprogram':
      return `${one.appId} ${one.path}`
    case 'media_id':
      return `media_id ${one.materialId || one.mediaId}`
    default:
      return `${one.type} ${one.articleId}`
  }
}

function lines(entries: readonly MenuEntry[], lead: string, into: Map<string, string>): void {
  for (const [at, entry] of entries.entries()) {
    const where = `${lead}${at + 1}`
    if (!isGroup(entry)) {
      into.set(where, `${entry.name} → ${saysOf(entry)}`)
      continue
    }
    into.set(where, `${entry.name} ▸`)
    for (const [inner, one] of entry.items.entries()) into.set(`${where}.${inner + 1}`, `${one.name} → ${saysOf(one)}`)
  }
}

function linesOf(menu: Menu): Map<string, string> {
  const all = new Map<string, string>()
  lines(menu.entries, '', all)
  for (const { audience, entries } of menu.variants) {
    const whom = [audience.tagId && `#${audience.tagId}`, audience.platform, audience.language]
      .filter(Boolean)
      .join('/')
    all.set(`${whom}:`, whom)
    lines(entries, `${whom}: `, all)
  }
  return all
}

/** Where two menus differ, entry by entry: '2.1' is the first below the second; conditional ones lead with whom they are for. */
export function menuDifferences(before: Menu, after: Menu): Difference[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  const added = [...now].filter(([where]) => !old.has(where))
  return [
    ...[...old].flatMap(([where, text]): Difference[] => {
      const other = now.get(where)
      if (other === text) return []
      return [{ where, change: other === undefined ? 'removed' : 'changed', before: text, after: other ?? '' }]
    }),
    ...added.map(([where, text]): Difference => ({ where, change: 'added', before: '', after: text })),
  ]
}
