import { h } from '../phone/dom.js'
import { ask } from './api.js'
import { identify, redraw, sale, say } from './sale.js'
import { t } from './words.js'

const start = async () => {
  await ask(sale.till.tillId, 'smsCode', { memberCode: sale.member.memberCode })
  sale.sms = true
  say(t('smsSent'), 'good')
}

const prove = async code => {
  const { memberCode } = await ask(sale.till.tillId, 'smsProof', { memberCode: sale.member.memberCode, code })
  sale.sms = false
  await identify(memberCode)
  redraw()
}

/** A spoken phone earns only: by the code that its SMS brings the member may spend as well, in this sale. */
export const smsProof = trying => {
  if (sale.offline || sale.receipt !== null || sale.member?.spends !== false) return null
  if (!sale.sms)
    return h(
      'div.sms',
      {},
      h('span', {}, t('smsWhy')),
      h('button.mini', { onclick: () => void trying(start)(), 'data-act': 'sms' }, t('smsSend')),
    )
  const input = h('input', {
    name: 'sms',
    inputmode: 'numeric',
    maxlength: '6',
    autocomplete: 'off',
    required: true,
    'aria-label': t('smsCode'),
    placeholder: t('smsCode'),
  })
  return h(
    'form.sms',
    {
      onsubmit: event => {
        event.preventDefault()
        void trying(prove)(input.value.trim())
      },
    },
    input,
    h('button.mini', { type: 'submit', 'data-act': 'smsProve' }, t('smsProve')),
  )
}
