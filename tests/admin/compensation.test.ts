import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import CompensateMember from '../../admin-web/src/modules/coupons/CompensateMember.vue'
import { stage } from './stage.ts'

const memberId = 'M'.repeat(26)
const template = (templateId: string, name: string, more: object) => ({
  templateId,
  name,
  kind: 'amountOff',
  amountOff: 500,
  payPercent: null,
  maxOff: null,
  threshold: 3900,
  issued: 0,
  stock: 10,
  ...more,
})
const templates = [
  template('small', '满39减5', {}),
  template('large', '满200减50', { amountOff: 5000 }),
  template('open', '九折', { kind: 'percentOff', amountOff: 0, payPercent: 90 }),
  template('gone', '发完了', { issued: 10 }),
]
let left = 10_000
let asked: unknown[] = []
let wrapper: VueWrapper

beforeEach(async () => {
  left = 10_000
  asked = []
  vi.stubGlobal('fetch', (url: string, init: { method: string; body: string | null }) => {
    if (init.method === 'POST') {
      asked.push(JSON.parse(init.body ?? 'null'))
      return Promise.resolve(Response.json({ state: 'given' }))
    }
    return Promise.resolve(
      Response.json(url.includes('allowance') ? { each: 2000, day: 10_000, left } : { items: templates, next: null }),
    )
  })
})
afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

async function opened(): Promise<void> {
  wrapper = stage(CompensateMember, { open: false, memberId })
  await wrapper.setProps({ open: true })
  await flushPromises()
}
const shown = (): string => document.querySelector('.el-dialog')?.textContent ?? ''
const button = (): HTMLButtonElement => document.querySelector('[data-act]') ?? expect.unreachable()
async function choose(id: string): Promise<void> {
  const select = wrapper.findAllComponents({ name: 'ElSelect' })[0]
  select?.vm.$emit('update:modelValue', id)
  await nextTick()
}

it('nothing is chosen beforehand, what is used up is not offered, and the day’s room is told', async () => {
  await opened()
  expect(button().disabled).toBe(true)
  expect(shown()).toContain('您今天还可自行发 ¥100.00（单张不超过 ¥20.00）')
  const names = wrapper.findAllComponents({ name: 'ElOption' }).map(option => option.props('label'))
  expect(names).not.toContain('发完了')
  expect(names).toContain('满39减5')
})

it('the button says whether it is given at once or asked for, and why', async () => {
  await opened()
  await choose('small')
  expect([button().textContent.trim(), button().disabled]).toEqual(['发一张「满39减5」', false])
  await choose('large')
  expect(button().textContent).toContain('提交审批')
  expect(shown()).toContain('超过单张额度 ¥20.00')
  await choose('open')
  expect(shown()).toContain('抵扣不封顶，需要审批')
})

it('what passes the day’s room has to be asked for; one press is one request under one key', async () => {
  left = 300
  await opened()
  await choose('small')
  expect(shown()).toContain('超过您今天剩余的额度 ¥3.00')
  button().click()
  await flushPromises()
  expect(asked).toEqual([{ key: expect.stringMatching(/^.{8,64}$/), templateId: 'small', reason: 'quality', note: '' }])
})
