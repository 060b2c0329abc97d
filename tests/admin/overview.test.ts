import { expect, it } from 'vitest'
import { i18n } from '../../admin-web/src/app/i18n.ts'
import ComplaintCalls from '../../admin-web/src/modules/overview/ComplaintCalls.vue'
import { metricsOf } from '../../admin-web/src/modules/overview/metrics.ts'
import MetricTile from '../../admin-web/src/modules/overview/MetricTile.vue'
import { chartOptions } from '../../admin-web/src/ui/chart-options.ts'
import { countText, dayPlus, fenText, shortDay } from '../../admin-web/src/ui/format.ts'
import { stage } from './stage.ts'

const compared = (value: number) => ({ value, yesterday: value / 2, lastWeek: null })
const words = (zh: string) => ({ zh, en: zh })
const summary = {
  day: '2026-11-21',
  asOf: '2026-11-21',
  netSales: compared(1280.5),
  receipts: compared(20),
  memberShare: compared(0.6),
  basketValue: compared(64),
  memberBasketValue: compared(70),
  guestBasketValue: compared(50),
  definitions: [{ metric: 'netSales' as const, zh: '实收之和', en: 'net' }],
}
const joined = {
  total: 9,
  fresh: 5,
  byDay: [
    { day: '2026-11-14', count: 1 },
    { day: '2026-11-21', count: 4 },
  ],
  byRecruiter: [],
  byStore: [],
  definition: words('当日开卡'),
}
const uses = {
  day: '2026-11-21',
  uses: compared(37),
  fen: compared(21_400),
  definition: { uses: words('张数'), fen: words('金额') },
}
const speech = {
  t: (key: string, values?: Record<string, unknown>) => i18n.global.t(key, values ?? {}),
  locale: 'zh-CN',
  yuan: (value: number) => fenText(Math.round(value * 100)),
  fen: fenText,
  count: countText,
  day: shortDay,
  plus: dayPlus,
}

it('each number of the overview has its definition, its two companions and the list behind it, of the store that is chosen', () => {
  i18n.global.locale.value = 'zh-CN'
  const all = metricsOf({ summary, joined, uses, storeCode: 'S01' }, speech)
  expect(all.map(one => one.key)).toEqual([
    'netSales',
    'memberShare',
    'newMembers',
    'couponUses',
    'receipts',
    'basketValue',
    'memberBasketValue',
    'guestBasketValue',
  ])
  const of = (key: string) => all.find(one => one.key === key)
  const day = { from: '2026-11-21', to: '2026-11-21', storeCode: 'S01' }
  expect(of('netSales')).toMatchObject({
    text: '¥1,280.50',
    definition: '实收之和',
    to: { path: '/sales', query: day },
  })
  expect(of('guestBasketValue')?.to?.query).toEqual({ ...day, buyer: 'guest' })
  // A day that the server does not name had nobody new.
  expect(of('newMembers')).toMatchObject({ value: 4, yesterday: 0, lastWeek: 1, definition: '当日开卡' })
  expect(of('newMembers')?.to).toEqual({
    path: '/members',
    query: { recruitedBy: '', enrolledFrom: '2026-11-21', enrolledTo: '2026-11-21', homeStore: 'S01' },
  })
  expect(of('couponUses')).toMatchObject({
    text: '37 张',
    extra: '¥214.00',
    definition: '张数；金额',
    to: { path: '/coupons/uses', query: { ...day, state: 'used' } },
  })
})

it('leaves out what the person may not see, and shows a tile as a door with its definition', () => {
  const few = metricsOf({ summary, joined: null, uses: null, storeCode: '' }, speech)
  expect(few.map(one => one.key)).not.toContain('newMembers')
  expect(few.map(one => one.key)).not.toContain('couponUses')
  const [first] = few
  const tile = stage(MetricTile, { metric: first })
  expect(tile.get('a').attributes('href')).toBe('/sales?from=2026-11-21&to=2026-11-21')
  expect(tile.get('button').attributes('aria-label')).toBe('口径：实收之和')
  expect(tile.text()).toContain('较前一日')
  expect(tile.text()).not.toContain('较上周同日')
})

it('says whom to phone about a complaint, with the masked number, and leads to the ticket and to all of them', () => {
  const row = {
    id: 'T'.repeat(26),
    number: '261122-0007',
    state: 'open',
    kind: 'complaint',
    channel: 'mini',
    subject: '收银员态度很差',
    memberId: 'M'.repeat(26),
    name: '王**',
    phone: '199****0001',
    storeCode: 'S01',
    agentUnread: 1,
    waitingSince: '2026-11-22T02:00:00.000Z',
    lastMessageAt: '2026-11-22T02:00:00.000Z',
    createdAt: '2026-11-22T02:00:00.000Z',
  }
  const guest = {
    ...row,
    id: 'G'.repeat(26),
    memberId: null,
    name: '',
    phone: '',
    storeCode: null,
    subject: '缺斤短两',
  }
  const to = '/tickets?kind=complaint&storeCode=S01'
  const card = stage(ComplaintCalls, { tickets: [row, guest], count: 7, to, storeName: (code: string) => `店 ${code}` })
  expect(card.findAll('a').map(link => [link.text(), link.attributes('href')])).toEqual([
    ['全部 7 件', to],
    ['王**', `/tickets/${row.id}?kind=complaint`],
    ['非会员', `/tickets/${guest.id}?kind=complaint`],
  ])
  expect(card.text()).toContain('199****0001')
  expect(card.text()).toContain('店 S01')
  // Whoever may not see numbers is not offered to.
  expect(card.text()).not.toContain('查看')
})

it('lines that end on the axis have their names above it, one above the other; those that end higher stay where they end', () => {
  const drawn = (ends: readonly (number | null)[][]) => {
    const chart = { x: ['1', '2'], series: ends.map((values, at) => ({ name: `${at}`, values })), say: countText }
    const options = chartOptions(chart) as { series: { endLabel: { offset: [number, number] } }[] }
    return options.series.map(({ endLabel }) => endLabel.offset[1])
  }
  expect(drawn([[0, 0], [0, 0]])).toEqual([-8, -24]) // prettier-ignore
  expect(drawn([[5, 9], [3, 0], [0, null]])).toEqual([0, -8, -24]) // prettier-ignore
  expect(drawn([[5, 9], [0, 3]])).toEqual([0, 0]) // prettier-ignore
})
