import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { i18n } from '../../admin-web/src/app/i18n.ts'
import {
  allComplete,
  freshRule,
  noRules,
  readyMade,
  ruleKinds,
  type Rules,
} from '../../admin-web/src/modules/segments/rules.ts'
import SentenceBuilder from '../../admin-web/src/modules/segments/SentenceBuilder.vue'
import { useSentence } from '../../admin-web/src/modules/segments/useSentence.ts'
import { Rules as Accepted } from '../../server/modules/segments/contract.ts'
import { stage } from './stage.ts'

const rules: Rules = {
  all: [
    { kind: 'spent', compare: 'atLeast', fen: 20_000, days: 30 },
    { kind: 'bought', what: 'category', codes: ['0701', '0702'], days: null },
  ],
  any: [],
  none: [{ kind: 'lastOrder', compare: 'before', days: 60 }],
}

/** Says rules in a language, as a page would. */
function said(of: Rules, language: 'zh-CN' | 'en'): string {
  i18n.global.locale.value = language
  let text = ''
  const speaker = defineComponent({
    setup() {
      text = useSentence().sentence(of, code => (code === '0701' ? '纸尿裤' : code))
      return () => h('i')
    },
  })
  mount(speaker, { global: { plugins: [createPinia(), i18n] } })
  return text
}

describe('a segment as a sentence', () => {
  it('reads as one, in both languages', () => {
    expect(said(rules, 'zh-CN')).toBe('近 30 天消费 ≥ 200 元，且累计买过「纸尿裤 等 2 项」；排除：超过 60 天没来')
    expect(said(rules, 'en')).toBe(
      'spent ≥ 200 yuan in the last 30 days and bought 纸尿裤 and 2 in all ever; except: have not come for 60 days',
    )
    expect(said(noRules(), 'zh-CN')).toBe('全部会员')
  })

  it('starts with rules that the server takes, each kind and each ready-made one', () => {
    for (const kind of ruleKinds) {
      const fresh = { ...noRules(), all: [freshRule(kind)] }
      expect(Accepted.safeParse(fresh).success, kind).toBe(kind !== 'bought')
      expect(allComplete(fresh), kind).toBe(kind !== 'bought')
    }
    for (const make of Object.values(readyMade)) expect(Accepted.parse(make())).toEqual(make())
  })

  it('is built from parts that are controls: changed, added and removed', async () => {
    const model = ref<Rules>(structuredClone(rules))
    const page = defineComponent({
      setup: () => () =>
        h(SentenceBuilder, { modelValue: model.value, 'onUpdate:modelValue': (value: Rules) => (model.value = value) }),
    })
    const wrapper = stage(page, {}, { ElSelect: true, ElOption: true, ElDropdown: true, CodePicker: true })
    expect(wrapper.findAll('[data-group=all] .rule')).toHaveLength(2)
    expect(wrapper.findAll('[data-group=any] .rule')).toHaveLength(0)
    const amount = wrapper.find('[data-group=all] .rule .wide input')
    await amount.setValue('350')
    await amount.trigger('change')
    await flushPromises()
    expect(model.value.all[0]).toEqual({ kind: 'spent', compare: 'atLeast', fen: 35_000, days: 30 })
    await wrapper.find('[data-group=none] .rule .remove').trigger('click')
    await flushPromises()
    expect(model.value.none).toEqual([])
    wrapper.unmount()
  })
})
