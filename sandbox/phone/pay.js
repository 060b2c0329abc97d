import { h, icon } from './dom.js'
import { doing } from './store.js'
import { t } from './words.js'

const digits = 6
/** The one password that is wrong, for those who want to see what then happens. */
const wrongPassword = '000000'

const yuan = fen => (fen / 100).toFixed(2)

const line = (name, value) => h('p.pay-line', {}, h('span', {}, name), h('span', {}, value))

/** The pad: six dots and twelve keys; answers with the digits, or null when the person closes it. */
const askPassword = (order, problem, go) =>
  new Promise(resolve => {
    let typed = ''
    const dots = Array.from({ length: digits }, () => h('i'))
    const said = h('p.pay-wrong', { role: 'alert' }, problem)
    const end = answer => {
      sheet.remove()
      document.removeEventListener('keydown', onKey)
      resolve(answer)
    }
    const show = () => dots.forEach((dot, at) => dot.classList.toggle('full', at < typed.length))
    const press = key => {
      said.textContent = ''
      typed = key === 'Backspace' ? typed.slice(0, -1) : (typed + key).slice(0, digits)
      show()
      if (typed.length === digits) setTimeout(() => end(typed), 160)
    }
    const onKey = ({ key }) => {
      if (/^\d$/.test(key) || key === 'Backspace') press(key)
      if (key === 'Escape') end(null)
    }
    const key = name => h('button', { type: 'button', onclick: () => press(name), 'data-digit': name }, name)
    const sheet = h(
      'div.sheet',
      {},
      h(
        'div.pay-box',
        { role: 'dialog', 'aria-label': t('payAsk') },
        h(
          'header',
          {},
          h('button.pay-close', { onclick: () => end(null), 'aria-label': t('cancel') }, icon('close', 20)),
          h('b', {}, t('payAsk')),
        ),
        h('p.pay-who', {}, t('payTo', { name: order.payee })),
        h('p.pay-sum', {}, h('small', {}, '¥'), yuan(order.total)),
        line(t('payMethod'), t('payBalance')),
        h('div.pay-dots', { 'aria-hidden': 'true' }, dots),
        said,
        h('p.pay-hint', {}, t('payHint')),
        h(
          'div.pay-pad',
          {},
          ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(key),
          h('span'),
          key('0'),
          h('button', { type: 'button', onclick: () => press('Backspace'), 'aria-label': t('erase') }, '⌫'),
        ),
      ),
    )
    document.addEventListener('keydown', onKey)
    go.sheet(sheet)
  })

const showPaid = (order, go) =>
  new Promise(resolve => {
    const page = h(
      'div.paid',
      { role: 'dialog', 'aria-label': t('paid') },
      h('span.paid-mark', {}, icon('check', 34)),
      h('b', {}, t('paid')),
      h('p.pay-sum', {}, h('small', {}, '¥'), yuan(order.total)),
      line(t('payee'), order.payee),
      line(t('payGoods'), order.description),
      h('button.plain.green', { onclick: () => (page.remove(), resolve()), 'data-act': 'paid' }, t('payDone')),
    )
    go.sheet(page)
  })

/** wx.requestPayment (wechat-protocol §5): the sheet, the password, the page after it; answers with the errMsg. */
export const paySheet = async (appId, request, go) => {
  const refused = error => {
    go.say(t('refused', { text: error.message }))
    return `requestPayment:fail ${error.message}`
  }
  try {
    const asked = { ...request, appId }
    const order = await doing('payment', asked)
    for (let problem = ''; ; problem = t('payWrong')) {
      const password = await askPassword(order, problem, go)
      if (password === null) return 'requestPayment:fail cancel'
      if (password !== wrongPassword) break
    }
    await doing('pay', asked)
    await showPaid(order, go)
    return 'requestPayment:ok'
  } catch (error) {
    return refused(error)
  }
}
