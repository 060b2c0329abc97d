import { flushPromises } from '@vue/test-utils'
import { defineComponent, h } from 'vue'
import { afterEach, describe, expect, it, vi } from 'vitest'
import CountText from '../../admin-web/src/ui/CountText.vue'
import ConfirmAct from '../../admin-web/src/ui/ConfirmAct.vue'
import FormField from '../../admin-web/src/ui/FormField.vue'
import MaskedPhone from '../../admin-web/src/ui/MaskedPhone.vue'
import MoneyText from '../../admin-web/src/ui/MoneyText.vue'
import ProgressLine from '../../admin-web/src/ui/ProgressLine.vue'
import WhenText from '../../admin-web/src/ui/WhenText.vue'
import { stage } from './stage.ts'

afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('small parts', () => {
  it('show money of either kind, and a dash where there is none', () => {
    expect(stage(MoneyText, { fen: 500 }).text()).toBe('¥5.00')
    expect(stage(MoneyText, { amount: '0.8330' }).text()).toBe('¥0.833')
    expect(stage(MoneyText, { amount: null }).text()).toBe('—')
  })
  it('keep the exact count behind a short one', () => {
    const short = stage(CountText, { value: 128_345, tight: true })
    expect(short.text()).toBe('12.8万')
    expect(short.find('span').attributes('title')).toBe('128,345')
    expect(stage(CountText, { value: 12, signed: true }).text()).toBe('+12')
    expect(stage(CountText, { value: null }).text()).toBe('—')
  })
  it('show an instant in the shop’s zone, whole on hover', () => {
    const when = stage(WhenText, { at: '2020-02-29T16:00:01Z' })
    expect(when.text()).toBe('2020年3月1日 周日 00:00')
    expect(when.find('time').attributes('title')).toBe('2020年3月1日 周日 00:00:01')
    const short = stage(WhenText, { at: '2020-02-29T16:00:01Z', short: true })
    expect(short.text()).toBe('2020-03-01 00:00')
    expect(short.find('time').attributes('title')).toBe('2020年3月1日 周日 00:00:01')
    expect(stage(WhenText, { at: null }).text()).toBe('—')
  })
  it('bring the first wrong field of a form into view and give it the focus', async () => {
    const form = defineComponent({
      props: { wrong: Boolean },
      render() {
        const error = this.wrong ? { error: '必填' } : {}
        return h('form', [
          h(FormField, { label: '说明' }, () => h('input', { id: 'fine' })),
          h(FormField, { label: '名称', ...error }, () => h('input', { id: 'first' })),
          h(FormField, { label: '门店', ...error }, () => h('input', { id: 'second' })),
        ])
      },
    })
    const shown = vi.spyOn(HTMLElement.prototype, 'scrollIntoView')
    const mounted = stage(form, { wrong: false })
    await mounted.setProps({ wrong: true })
    await flushPromises()
    expect(document.activeElement?.id).toBe('first')
    expect(shown).toHaveBeenCalledTimes(1)
  })
  it('show how far long work is, and stop it on request', async () => {
    const line = stage(ProgressLine, { done: 250, total: 1000, running: true, unit: '行', stopLabel: '停止', rate: 50 })
    expect(line.text()).toContain('25%')
    expect(line.text()).toContain('250 / 1,000 行')
    expect(line.text()).toContain('每秒 50 行')
    expect(line.text()).toContain('剩余约 15 秒')
    await line.find('button').trigger('click')
    expect(line.emitted('stop')).toHaveLength(1)
  })
})

describe('before something that cannot be taken back', () => {
  it('says what will happen and what will not, and the button names the act', async () => {
    const dialog = stage(ConfirmAct, {
      open: true,
      title: '启动「满39减5」',
      will: ['145 张券立刻进入券包', '9 人收到订阅消息'],
      wont: ['已发出的消息不能撤回'],
      act: '发给 9 人',
    })
    await flushPromises()
    const text = document.body.textContent
    for (const line of ['145 张券立刻进入券包', '9 人收到订阅消息', '已发出的消息不能撤回'])
      expect(text).toContain(line)
    const button = document.querySelector<HTMLButtonElement>('[data-act]')
    expect(button?.textContent?.trim()).toBe('发给 9 人')
    button?.click()
    expect(dialog.emitted('confirm')).toHaveLength(1)
  })
  it('holds the act back until it may be done', async () => {
    const dialog = stage(ConfirmAct, { open: true, title: 't', will: [], act: '注销', blocked: true })
    await flushPromises()
    document.querySelector<HTMLButtonElement>('[data-act]')?.click()
    expect(dialog.emitted('confirm')).toBeUndefined()
  })
})

describe('personal data', () => {
  it('stays masked until a reason is given, and hides again after 30 seconds', async () => {
    vi.useFakeTimers()
    const reasons: string[] = []
    const reveal = (reason: string): Promise<string> => {
      reasons.push(reason)
      return Promise.resolve('15400000001')
    }
    const phone = stage(MaskedPhone, { masked: '154****0001', reveal })
    expect(phone.text()).toContain('154****0001')
    await phone.find('button').trigger('click')
    await vi.advanceTimersByTimeAsync(500)
    const choices = [...document.querySelectorAll<HTMLButtonElement>('.reasons button')]
    expect(choices.map(choice => choice.textContent?.trim())).toEqual(['联系会员', '核对身份', '处理投诉'])
    choices[1]?.click()
    await vi.advanceTimersByTimeAsync(10)
    expect(reasons).toEqual(['核对身份'])
    expect(phone.text()).toContain('15400000001')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(phone.text()).not.toContain('15400000001')
    expect(phone.text()).toContain('154****0001')
  })
  it('offers nothing to whoever may not read it', () => {
    expect(stage(MaskedPhone, { masked: '154****0001' }).find('button').exists()).toBe(false)
  })
})
