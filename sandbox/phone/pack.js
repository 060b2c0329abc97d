import { act, look } from './api.js'
import { fill, h, icon } from './dom.js'
import { store } from './store.js'
import { t } from './words.js'

const states = {
  CONFIRMING: 'packConfirming',
  EFFECTIVE: 'packEffective',
  USED: 'packUsed',
  DEACTIVATED: 'packDeactivated',
}

/** The card pack: the 商品券 of a person, and using one with a payment, which the shop hears of only from WeChat. */
export const packScreen = (_where, go) => {
  const body = h('div.scroll')
  const path = `people/${encodeURIComponent(store.personId)}/coupons`
  const run = (code, what) =>
    act(store.personId, `coupons/${encodeURIComponent(code)}/${what}`)
      .then(({ items }) => draw(items))
      .catch(error => go.say(t('refused', { text: error.message })))
  const button = (one, what, label) =>
    h('button.small', { onclick: () => void run(one.code, what), 'data-coupon-act': what }, t(label))
  const rowOf = one =>
    h(
      'div.cell.subscription',
      { 'data-coupon': one.code },
      h(
        'span.name',
        {},
        one.code,
        h('small', {}, `${t(states[one.state])} · ${t('packBatch', { stock: one.stockId })}`),
      ),
      one.state === 'EFFECTIVE' ? button(one, 'use', 'packUse') : null,
      one.state === 'USED' ? button(one, 'return', 'packReturn') : null,
      one.state === 'EFFECTIVE' ? button(one, 'remove', 'packRemove') : null,
    )
  const draw = items =>
    fill(
      body,
      items.length === 0
        ? h('div.nothing', {}, icon('bell', 44), h('b', {}, t('packEmpty')), h('p', {}, t('packEmptyHint')))
        : h('div.list', {}, items.map(rowOf)),
    )
  const reload = () => void look(path).then(({ items }) => draw(items))
  reload()
  return {
    element: h(
      'div.home',
      {},
      h(
        'div.nav',
        {},
        h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('back', 24)),
        h('b', {}, t('pack')),
      ),
      body,
    ),
    update: reload,
  }
}
