import { expect, test } from 'vitest'
import { en } from '../../miniprogram/src/lib/i18n/en.ts'
import { zh } from '../../miniprogram/src/lib/i18n/zh.ts'

type Tree = { [key: string]: string | Tree }

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
  )
}

const chinese = leaves(zh)
const english = new Map(leaves(en))

test('every word exists in both languages, and a sentence has the same places to fill in', () => {
  expect(chinese.map(([key]) => key).sort()).toEqual([...english.keys()].sort())
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).toSorted()
  for (const [key, text] of chinese) {
    // a count that Chinese leaves to the eye may be told in English, but never an unknown one
    const allowed = new Set(places(text))
    const extra = places(english.get(key) ?? '').filter(place => !allowed.has(place))
    expect(extra, key).toEqual([])
  }
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
