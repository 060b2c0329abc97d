import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { rateText } from '../../miniprogram/src/lib/earning-rate.ts'
import { chooseLanguage, words } from '../../miniprogram/src/lib/i18n/index.ts'
import { stubWx } from '../support/miniprogram/wx-stub.ts'

const source = join(import.meta.dirname, '../../miniprogram/src')
const page = (path: string): string => readFileSync(join(source, path), 'utf8')

beforeAll(() => void stubWx())

test('what a purchase earns is said with the shop’s own numbers, and without any as long as they are not known', () => {
  const said = (rate: Parameters<typeof rateText>[0]): string[] => {
    const { guest, points } = words()
    return [rateText(rate, guest.pointsText, guest.pointsPlain), rateText(rate, points.emptyText, points.emptyPlain)]
  }
  expect(said({ points: 1, fen: 100 })).toEqual(['每满 1 元积 1 分', '结账时出示会员码，每满 1 元积 1 分'])
  expect(said({ points: 1, fen: 1000 })[0]).toBe('每满 10 元积 1 分')
  expect(said({ points: 3, fen: 250 })[0]).toBe('每满 2.50 元积 3 分')
  for (const sentence of said(null)) expect(sentence).not.toMatch(/\d|\{/)
  chooseLanguage('en')
  expect(said({ points: 5, fen: 1000 })[0]).toBe('5 for each ¥10 you spend')
  for (const sentence of said(null)) expect(sentence).not.toMatch(/\d|\{/)
  chooseLanguage('zh')
})

test('no page states a rate that the shop may have changed', () => {
  for (const path of ['pages/code/code.wxml', 'packages/shopping/points/points.wxml'])
    expect(page(path), path).not.toMatch(/\{\{(guest\.pointsText|t\.emptyText)\}\}/)
})

test('补积分 is above the first receipt, where an endless list cannot hide it', () => {
  const list = page('pages/receipts/receipts.wxml').split('<block wx:else>')[1] ?? ''
  expect(list.match(/bindtap="onMissing"/g)).toHaveLength(1)
  expect(list.indexOf('bindtap="onMissing"')).toBeLessThan(list.indexOf('wx:for="{{receipts}}"'))
})

test('补积分 shows its day in words, not as the picker keeps it', () => {
  const form = page('packages/shopping/missing/missing.wxml')
  expect(form).toContain('<view class="row-value">{{day}}</view>')
  expect(form).not.toContain('>{{date}}<')
})

test('without a network a code that turns may be shown for all, a bare card number for points only', () => {
  expect(page('pages/code/code.wxml')).toContain('offline ? (turns ? t.offline : t.offlineCard) :')
  expect(words().code.offlineCard).toBe('无网络：可出示积分，暂不能用券')
})
