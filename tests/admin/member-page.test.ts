import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, type Component } from 'vue'
import { useSession } from '../../admin-web/src/app/session.ts'
import AdjustPoints from '../../admin-web/src/modules/members/AdjustPoints.vue'
import EvidenceFields from '../../admin-web/src/modules/members/identity/EvidenceFields.vue'
import IdentityAct from '../../admin-web/src/modules/members/identity/IdentityAct.vue'
import MemberAside from '../../admin-web/src/modules/members/MemberAside.vue'
import MemberMoney from '../../admin-web/src/modules/members/MemberMoney.vue'
import ReceiptDrawer from '../../admin-web/src/modules/members/ReceiptDrawer.vue'
import { dayPlus, shopDayOf } from '../../admin-web/src/ui/format.ts'
import { stage } from './stage.ts'

const memberId = 'M'.repeat(26)
const balance = { balance: 100, active: 100, debt: 0, pending: 0, expiring: null, updatedAt: null }
const today = shopDayOf(new Date())
const me = { staffId: 'S', name: '店长', mustChange: false, csrfToken: '' }
/** What the server answers, by a part of the address; the first that fits. */
let answers: [part: string, answer: (url: URL) => object][] = []
let posted: { url: string; body: Record<string, unknown> }[] = []
let wrapper: VueWrapper

beforeEach(() => {
  posted = []
  vi.stubGlobal('fetch', (address: string, init: { method: string; body: string | null }) => {
    const url = new URL(address, 'http://shop')
    if (init.method === 'POST')
      posted.push({ url: url.pathname, body: JSON.parse(init.body ?? '{}') as Record<string, unknown> })
    const found = answers.find(([part]) => url.pathname.includes(part))
    return Promise.resolve(Response.json(found === undefined ? { items: [], next: null } : found[1](url)))
  })
})
afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

/** Shows a part to somebody with these permissions. */
async function show(part: Component, props: object, permissions: string[] = []): Promise<void> {
  wrapper = stage({
    components: { part },
    setup() {
      useSession().take({ ...me, permissions } as never)
      return { props }
    },
    template: '<part v-bind="props" />',
  })
  await flushPromises()
}
/** Shows a dialog that is opened after it has been there. */
async function opened(part: Component, props: object): Promise<void> {
  wrapper = stage(part, { ...props, open: false })
  await wrapper.setProps({ open: true })
  await flushPromises()
}
const button = (): HTMLButtonElement => document.querySelector('[data-act]') ?? expect.unreachable()
const dialog = (): string => document.querySelector('.el-dialog')?.textContent ?? ''

describe('the last visit', () => {
  const sale = (businessDate: string) => ({ type: 'sale', businessDate, net: '20.0000' })
  const sold = (days: string[]) => {
    answers = [
      ['/points', () => balance],
      [
        '/sales/documents',
        ({ searchParams }) => {
          const [from, limit] = [searchParams.get('from') ?? '', Number(searchParams.get('limit'))]
          return {
            items: days
              .filter(day => day >= from)
              .slice(0, limit)
              .map(sale),
            next: null,
          }
        },
      ],
    ]
  }
  it('is told however long ago it was, with the rhythm of the year before it', async () => {
    sold([106, 115, 124, 133].map(ago => dayPlus(today, -ago)))
    await show(MemberMoney, { memberId }, ['sales.read'])
    expect(wrapper.find('.day').text()).not.toBe('—')
    expect(wrapper.text()).toContain('约 9 天来一次，已 106 天')
    expect(wrapper.text()).not.toContain('没有消费')
  })
  it('of few visits says only how long ago, and of none that none is seen', async () => {
    sold([dayPlus(today, -500)])
    await show(MemberMoney, { memberId }, ['sales.read'])
    expect(wrapper.text()).toContain('500 天前')
    expect(wrapper.text()).not.toContain('天来一次')
    wrapper.unmount()
    sold([])
    await show(MemberMoney, { memberId }, ['sales.read'])
    expect(wrapper.text()).toContain('可见门店没有消费小票')
  })
})

describe('points by hand', () => {
  let left = 1000
  const fill = async (amount: number): Promise<void> => {
    wrapper.findComponent({ name: 'ElInputNumber' }).vm.$emit('update:modelValue', amount)
    await nextTick()
  }
  beforeEach(() => {
    left = 1000
    answers = [
      ['/room', () => ({ limit: 1000, left })],
      ['/points', () => balance],
    ]
  })
  it('say before they are given that a second person has to agree', async () => {
    await opened(AdjustPoints, { memberId })
    await fill(1000)
    expect(button().textContent.trim()).toBe('补 1,000 分')
    expect(dialog()).not.toContain('审批')
    await fill(1001)
    expect(button().textContent.trim()).toBe('送审 1,001 分')
    expect(dialog()).toContain('超过 1,000 分，提交后由另一人审批')
  })
  it('count what was given today already', async () => {
    left = 50
    await opened(AdjustPoints, { memberId })
    await fill(60)
    expect(button().textContent.trim()).toBe('送审 60 分')
    expect(dialog()).toContain('今天还剩 50 分')
  })
})

it('the chips say honestly that WeCom is not connected and that no consent to SMS is on record', async () => {
  answers = [['/ways', () => ({ ways: [], closed: [], blacklisted: false })]]
  const member = {
    memberId,
    name: '王**',
    phone: '138****1234',
    cardNo: '0000111122223333',
    state: 'active',
    mergedInto: null,
    identities: [],
    consents: [],
    oldCards: [],
    birthday: null,
    gender: null,
    homeStore: null,
    enrolledStore: null,
    recruiterName: null,
    enrolledAt: '2026-01-01T00:00:00Z',
    closedAt: null,
    source: 'miniprogram',
    termsVersion: '1',
    termsAcceptedAt: '2026-01-01T00:00:00Z',
  }
  const chip = (name: string) => wrapper.find(`[data-channel=${name}]`)
  await show(MemberAside, { member })
  expect([chip('wecom').text(), chip('sms').text()]).toEqual(['企微 · 未接入', '短信 · 未同意'])
  expect(chip('wecom').classes()).not.toContain('is-primary')
  wrapper.unmount()
  const consent = { channel: 'sms', purpose: 'marketing', granted: true, at: '2026-01-01T00:00:00Z', version: '1' }
  await show(MemberAside, { member: { ...member, consents: [consent] } })
  expect(chip('sms').text()).toBe('短信 · 已同意')
})

it('another phone is given for a reason of the list, which goes with the request', async () => {
  await opened(IdentityAct, { kind: 'changePhone', memberId })
  const fields = wrapper.findComponent(EvidenceFields)
  const phone = wrapper.findAllComponents({ name: 'ElInput' })[0]
  phone?.vm.$emit('update:modelValue', '13800001234')
  fields.vm.$emit('update:note', '本人到店，看过身份证')
  await nextTick()
  expect(button().disabled).toBe(true)
  fields.vm.$emit('update:reason', 'other')
  await nextTick()
  expect(dialog()).toContain('请写明原因')
  fields.vm.$emit('update:reason', 'lostPhone')
  await nextTick()
  expect(button().disabled).toBe(false)
  button().click()
  await flushPromises()
  expect(posted[0]?.body).toMatchObject({ reason: 'lostPhone', evidence: 'idCard', phone: '13800001234' })
})

it('a receipt tells the points of each line with its multipliers, its coupons, what came back, and 抹零 among the sums', async () => {
  const line = (lineNo: number, name: string, net: string, more: object = {}) => ({
    lineNo,
    productCode: name,
    name,
    quantity: '1.0000',
    unit: '件',
    unitPrice: net,
    discount: '0.0000',
    net,
    isGift: false,
    promotionCode: null,
    kind: 'goods',
    categoryCode: null,
    ...more,
  })
  const how = (lineNo: number, more: object) => ({
    lineNo,
    name: '',
    net: '0',
    earns: true,
    points: 0,
    back: 0,
    multipliers: [],
    times: 1,
    reason: null,
    ...more,
  })
  const words = (zh: string) => ({ zh, en: zh })
  answers = [
    [
      '/sales/documents/',
      () => ({
        id: 'D',
        receiptNo: '0001',
        storeName: '城西店',
        tillCode: '01',
        businessAt: '2026-11-22T10:06:00Z',
        type: 'sale',
        memberId,
        member: null,
        discount: '5.0300',
        net: '108.0000',
        payments: [],
        lines: [
          line(1, '大米', '63.0000'),
          line(2, '香烟', '45.0000'),
          line(3, '抹零', '-0.0300', { kind: 'rounding', discount: '0.0300' }),
        ],
        returned: [{ documentId: 'B', lineNo: 1, quantity: '-1.0000', net: '-63.0000' }],
      }),
    ],
    ['/coupons', () => ({ items: [{ couponId: 'C', name: '满39减5', discount: 500, takenBack: 0 }] })],
    [
      '/points',
      () => ({
        state: 'credited',
        points: 126,
        base: '63.0000',
        lines: [
          how(1, { points: 126, back: 126, multipliers: ['会员日双倍'], times: 2 }),
          how(2, { earns: false, reason: words('烟草不积分') }),
        ],
        explanation: words('说明'),
      }),
    ],
  ]
  await show(ReceiptDrawer, { documentId: 'D'.repeat(26) }, ['sales.read', 'coupons.read'])
  const rows = [...document.querySelectorAll('[data-line]')]
  const said = rows.map(row => (row.textContent ?? '').replaceAll(/\s+/g, ' '))
  expect(rows).toHaveLength(2)
  expect(said[0]).toContain('积 126 分 · 会员日双倍 ×2')
  expect(said[0]).toContain('已退 1 件 · 扣回 126 分')
  expect(rows.map(row => row.classList.contains('gone'))).toEqual([true, false])
  expect(said[1]).toContain('烟草不积分')
  const sums = (document.querySelector('.sums')?.textContent ?? '').replaceAll(/\s+/g, ' ')
  expect(sums).toMatch(/优惠 ?¥5\.00/)
  expect(sums).toMatch(/用券：满39减5 ?[−-]¥5\.00/)
  expect(sums).toMatch(/抹零 ?[−-]¥0\.03/)
})
