import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newDraft, type Template } from '../../admin-web/src/modules/coupons/draft.ts'
import { gaugeOf, gaugeOfDraft } from '../../admin-web/src/modules/coupons/gauge.ts'
import TemplateGauge from '../../admin-web/src/modules/coupons/TemplateGauge.vue'
import TemplateUses from '../../admin-web/src/modules/coupons/TemplateUses.vue'
import { stage } from './stage.ts'

afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

const kept = (more: object): Template =>
  ({
    kind: 'amountOff',
    state: 'active',
    amountOff: 500,
    maxOff: null,
    stock: 1000,
    issued: 400,
    budget: 100_000,
    spent: 95_000,
    perMemberLimit: 1,
    perDayLimit: null,
    bearers: { headquarters: 60, store: 0, supplier: 40 },
    supplier: '菜园子',
    validTo: null,
    ...more,
  }) as Template

describe('the gauge', () => {
  it('of a new template says what stock and budget would allow, and who would bear it at most', () => {
    const draft = { ...newDraft(), amount: 5, stock: 1000, headquarters: 60, supplier: 40, supplierName: '菜园子' }
    expect(gaugeOfDraft(draft, null)).toMatchObject({ isPlan: true, each: 500, pieces: null, most: 500_000 })
    const budgeted = gaugeOfDraft({ ...draft, budget: 2000 }, null)
    expect(budgeted).toMatchObject({ pieces: 400, most: 200_000 })
    const text = stage(TemplateGauge, { figures: budgeted, costs: null }).text()
    for (const said of [
      '面额合计 ¥5,000.00',
      '按面额只够核销 400 张，少于库存',
      '最多 ¥1,200.00',
      '最多 ¥800.00',
      '菜园子',
    ])
      expect(text).toContain(said)
    const ample = stage(TemplateGauge, { figures: gaugeOfDraft({ ...draft, budget: 5000 }, null), costs: null })
    expect(ample.text()).toContain('按面额可核销 1,000 张')
    expect(ample.find('.zg-warn').exists()).toBe(false)
  })
  it('says nothing of pieces and sums where one coupon has no cap', () => {
    const draft = { ...newDraft(), kind: 'percentOff' as const, maxOff: null }
    expect(gaugeOfDraft(draft, null)).toMatchObject({ each: null, pieces: null, most: null })
    expect(gaugeOfDraft({ ...draft, budget: 100 }, null)).toMatchObject({ pieces: null, most: 10_000 })
    const text = stage(TemplateGauge, { figures: gaugeOfDraft(draft, null), costs: null }).text()
    expect(text).toContain('共可发 1,000 张')
    expect(text).not.toContain('¥')
  })
  it('of one in use says what is gone and what the rest pays for; a higher budget shows at once', () => {
    const costs = { headquarters: 57_000, store: 0, supplier: 38_000 }
    const figures = gaugeOf(kept({}))
    expect(figures).toMatchObject({ isPlan: false, pieces: 10 })
    const shown = stage(TemplateGauge, { figures, costs, redeemed: { count: 190, fen: 95_000 } })
    for (const said of ['已抵扣 ¥950.00 / ¥1,000.00', '按面额还可核销 10 张', '190 张', '¥570.00', '¥380.00'])
      expect(shown.text()).toContain(said)
    expect(shown.findAll('[role=meter]').map(meter => meter.attributes('aria-valuenow'))).toEqual(['40', '95'])
    const draft = { ...newDraft(), amount: 5, stock: 1000, budget: 2000 }
    expect(gaugeOfDraft(draft, kept({}))).toMatchObject({ spent: 95_000, budget: 200_000, pieces: 210, issued: 400 })
  })
  it('every number of it says its definition', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T10:10:00Z'), toFake: ['Date'] })
    const shown = stage(TemplateGauge, { figures: gaugeOf(kept({})), costs: null, at: '2026-11-22T10:06:00Z' })
    vi.useRealTimers()
    const marks = shown.findAll('button').map(mark => mark.attributes('aria-label') ?? '')
    expect(marks).toHaveLength(3)
    for (const mark of marks) expect(mark).toMatch(/^口径：.+数据截至 .*11月22日 周日 18:06$/)
  })
})

describe('the uses by store', () => {
  const words = { zh: '怎么数', en: 'how' }
  const asked: string[] = []
  beforeEach(() => {
    asked.length = 0
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url)
      return Promise.resolve(
        Response.json(
          url.includes('by-coupon')
            ? {
                isCut: false,
                items: [
                  ['11', '2026-11-22', 'B', 'B1', 2, true, null],
                  ['11', '2026-11-22', 'C', null, 1, null, null],
                  ['09', '2026-11-21', null, null, 1, null, null],
                  ['12', '2026-11-21', 'D', 'D1', 1, false, -250],
                  ['12', '2026-11-21', 'E', 'E1', 1, false, null],
                  [null, null, null, null, 1, null, null],
                ].map(([tillCode, businessDate, shiftId, shiftNo, uses, balanced, couponsApart]) => ({
                  storeCode: 'S01',
                  storeName: '城西店',
                  tillCode,
                  businessDate,
                  shiftId,
                  shiftNo,
                  uses,
                  fen: Number(uses) * 500,
                  returned: 0,
                  balanced,
                  couponsApart,
                })),
              }
            : {
                items: [{ storeCode: 'S01', storeName: '城西店', uses: 5, fen: 2500, returned: 0 }],
                definition: { uses: words, fen: words, returned: words },
              },
        ),
      )
    })
  })
  it('open to tills, business days and shifts, of the same days, and close again', async () => {
    const page = stage(TemplateUses, { templateId: 'T'.repeat(26) })
    await flushPromises()
    expect(page.findAll('[data-shift]')).toHaveLength(0)
    const [door] = page.findAll('.open')
    await door?.trigger('click')
    await flushPromises()
    const rows = page.findAll('[data-shift]').map(row => row.text().replaceAll(/\s+/g, ' '))
    expect(rows).toHaveLength(6)
    expect(rows[0]).toMatch(/11 号机 ?(2026年)?11月22日 周日 ?班次 B1 ?与班次小票一致 ?2 ?¥10.00/)
    expect(rows[1]).toContain('未交班')
    expect(rows[2]).toContain('不在班次里')
    for (const open of rows.slice(1, 3)) expect(open).not.toMatch(/一致|差/)
    expect(rows[3]).toContain('券抵扣差 ¥2.50')
    expect(rows[4]).toContain('班次其他项有差')
    expect(rows[5]).toContain('微信支付核销')
    const [stores = '', shifts = ''] = asked
    expect(new URL(shifts, 'http://x').searchParams.get('storeCode')).toBe('S01')
    for (const key of ['from', 'to'])
      expect(new URL(shifts, 'http://x').searchParams.get(key)).toBe(new URL(stores, 'http://x').searchParams.get(key))
    await door?.trigger('click')
    expect(page.findAll('[data-shift]')).toHaveLength(0)
    page.unmount()
  })
})
