import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en, zh } from '../../admin-web/src/app/words.ts'
import { auditActsEn, auditActsZh } from '../../admin-web/src/modules/staff/audit-acts.ts'
import { PERMISSIONS, ROLES } from '../../server/modules/staff/contract.ts'

const source = join(import.meta.dirname, '../../admin-web/src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  name => /\.(vue|ts)$/.test(name) && !/(^|\/)(app-)?words\.ts$/.test(name),
)
const texts = files.map(name => ({ name, text: readFileSync(join(source, name), 'utf8') }))

/** Every path to a text in a dictionary, 'members.list.title' → the text. */
function leaves(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const here = path === '' ? key : `${path}.${key}`
    if (typeof value === 'string') found.set(here, value)
    else for (const [deep, text] of leaves(value, here)) found.set(deep, text)
  }
  return found
}
const chinese = leaves(zh)
const english = leaves(en)

/** The keys a source asks for: whole ones, and the beginnings of those put together at run time. */
function asked(text: string): { whole: string[]; beginnings: string[] } {
  const whole: string[] = []
  const beginnings: string[] = []
  for (const [, key] of text.matchAll(/['"`]([a-z]+(?:\.[A-Za-z0-9]+)+)['"`]/g)) if (key !== undefined) whole.push(key)
  for (const [, begin] of text.matchAll(/`([a-z]+(?:\.[A-Za-z0-9]+)*\.)\$\{/g))
    if (begin !== undefined) beginnings.push(begin)
  return { whole, beginnings }
}

describe('the words of the admin', () => {
  it('are the same keys in both languages', () => {
    expect([...english.keys()].toSorted()).toEqual([...chinese.keys()].toSorted())
  })

  it('are never empty, and take the same values in both languages', () => {
    const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([hole]) => hole).toSorted()
    for (const [key, text] of chinese) {
      expect(text.trim(), key).not.toBe('')
      // English has a form for one and a form for many.
      for (const form of (english.get(key) ?? '').split(' | ')) expect(holes(form), key).toEqual(holes(text))
    }
  })

  it('exist wherever a screen asks for one', () => {
    const groups = new Set([...chinese.keys()].map(key => key.split('.')[0]))
    for (const { name, text } of texts) {
      for (const [, key = ''] of text.matchAll(/\bt\(\s*['"`]([^'"`$]+)['"`]/g))
        expect(chinese.has(key), `${name}: ${key}`).toBe(true)
      for (const begin of asked(text).beginnings.filter(one => groups.has(one.split('.')[0]))) {
        expect(
          [...chinese.keys()].some(key => key.startsWith(begin)),
          `${name}: ${begin}…`,
        ).toBe(true)
      }
    }
  })

  it('are all said somewhere', () => {
    const whole = new Set(texts.flatMap(({ text }) => asked(text).whole))
    const beginnings = [...new Set(texts.flatMap(({ text }) => asked(text).beginnings))]
    const unsaid = [...chinese.keys()].filter(
      key => !whole.has(key) && !beginnings.some(begin => key.startsWith(begin)),
    )
    expect(unsaid).toEqual([])
  })

  it('are Chinese where they are Chinese: full-width marks between Chinese words', () => {
    const wrong = [...chinese].filter(([, text]) => /[\u4e00-\u9fff」}][,;:!?](?=[\u4e00-\u9fff「{])/.test(text))
    expect(wrong).toEqual([])
  })

  it('name every permission and every role of the server', () => {
    for (const permission of PERMISSIONS) expect(chinese.has(`permissions.${permission}`), permission).toBe(true)
    for (const role of ROLES) expect(chinese.has(`staff.roles.${role}`), role).toBe(true)
  })

  it('leave no Chinese in the parts themselves', () => {
    const parts = texts.filter(({ name }) => name.endsWith('.vue'))
    const speaking = parts.filter(({ text }) =>
      /[\u4e00-\u9fff]{2,}/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '').replaceAll("'中文'", '')),
    )
    expect(speaking.map(({ name }) => name)).toEqual([])
  })
})

describe('the audit log', () => {
  const server = join(import.meta.dirname, '../../server/modules')
  const written = (what: RegExp): string[] =>
    readdirSync(server, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .flatMap(name => [...readFileSync(join(server, name), 'utf8').matchAll(what)])
      .map(([, found]) => found ?? '')

  it('has words for every act the server writes', () => {
    const acts = written(/action: '([a-z]+(?:\.[A-Za-z]+)+)'/g)
    expect(acts.length).toBeGreaterThan(10)
    expect(acts.filter(act => !(act in auditActsZh))).toEqual([])
    expect(Object.keys(auditActsEn).toSorted()).toEqual(Object.keys(auditActsZh).toSorted())
  })

  it('has words for everything that an act was done to', () => {
    const subjects = written(/subjectKind: '([A-Za-z]+)'/g)
    expect(subjects.length).toBeGreaterThan(10)
    expect(subjects.filter(subject => !chinese.has(`staff.audit.subjects.${subject}`))).toEqual([])
  })
})
