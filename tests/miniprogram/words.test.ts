import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from '../../miniprogram/src/lib/i18n/en.ts'
import { zh } from '../../miniprogram/src/lib/i18n/zh.ts'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
}

/** the words that all pages share, and those that a page of a further package keeps beside it */
const packages = join(import.meta.dirname, '../../miniprogram/src/packages')
const books: { place: string; zh: Tree; en: Tree }[] = [{ place: 'lib/i18n', zh, en }]
for (const file of globSync('**/words.ts', { cwd: packages })) {
  const own = (await import(join(packages, file))) as { zh: Tree; en: Tree }
  books.push({ place: dirname(file), zh: own.zh, en: own.en })
}
const chinese = books.flatMap(book => leaves(book.zh, `${book.place}: `))
const english = new Map(books.flatMap(book => leaves(book.en, `${book.place}: `)))

test('the words of the pages of further packages are among those that are looked at', () => {
  expect(books.map(({ place }) => place)).toEqual(
    expect.arrayContaining(['shopping/receipt', 'rewards/parts/way-form']),
  )
})

test('every word exists in both languages, and a sentence has the same places to fill in', () => {
  expect(chinese.map(([key]) => key).sort()).toEqual([...english.keys()].sort())
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()
  for (const [key, text] of chinese) {
    // a count that Chinese leaves to the eye may be told in English, but never an unknown one
    const allowed = new Set(places(text))
    // 8.5 折 is 85 in a hundred
    if (allowed.has('{fold}')) allowed.add('{percent}')
    const extra = places(english.get(key) ?? '').filter(place => !allowed.has(place))
    expect(extra, key).toEqual([])
  }
})

test('the button of a question says its act in the four letters that the phone allows in any language', async () => {
  const acts = (words: [string, string][]): [string, string][] =>
    [...words].filter(([key]) => /[ .]doIt(\.|$)/.test(key))
  expect(acts(chinese).length).toBeGreaterThanOrEqual(11)
  const buttons = [...acts(chinese), ...acts([...english]), ['back', zh.common.back], ['back', en.common.back]] as const
  for (const [key, text] of buttons) {
    expect(Array.from(text).length, `${key}: ${text}`).toBeLessThanOrEqual(4)
    expect(text, key).not.toMatch(/^(确定|取消|OK|Cancel)$/)
  }
  // All questions go through the one place that names both buttons, each with its own word.
  const source = join(import.meta.dirname, '../../miniprogram/src')
  const asking: string[] = []
  for (const file of globSync('**/*.ts', { cwd: source })) {
    const text = await readFile(join(source, file), 'utf8')
    if (text.includes('wx.showModal(')) asking.push(file)
    for (const [, act] of text.matchAll(/(?:await|return) ask\(([^,]+),/g))
      expect(act, file).toMatch(/^(t\.)?doIt(\[act\])?$/)
  }
  expect(asking).toEqual(['lib/page.ts'])
})

test('the words of the glossary are used, the ones it keeps out are not', () => {
  const kept = ['注册', '用户名', '订单', '群发', '核验码', '删除会员', '优惠卷']
  for (const [key, text] of chinese) for (const word of kept) expect(text.includes(word), `${key}: ${text}`).toBe(false)
})

test('Chinese sentences use Chinese punctuation and no exclamation marks', () => {
  for (const [key, text] of chinese) {
    expect(/[!！]/.test(text), key).toBe(false)
    expect(/[一-鿿}」》][,;?]/.test(text), `${key}: ${text}`).toBe(false)
  }
})
