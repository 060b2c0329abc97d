import { h } from '../phone/dom.js'
import { yuan } from './money.js'
import { remove, sale, useCoupon } from './sale.js'
import { said, t } from './words.js'

const couponRow = (coupon, trying) => {
  const live =
    sale.quote?.applied?.code === coupon.code
      ? sale.quote.applied
      : (sale.quote?.refusals.find(one => one.code === coupon.code) ?? coupon)
  const chosen = sale.couponCode === coupon.code
  const refusal = live.refusal === null ? '' : said(live.refusal.text)
  return h(
    `button.coupon${chosen ? '.chosen' : ''}`,
    { onclick: () => void trying(useCoupon)(coupon.code), disabled: sale.receipt !== null, 'data-coupon': coupon.code },
    h('b', {}, yuan(coupon.amountOff).replace('.00', '')),
    h('span', {}, coupon.name, h('small', {}, refusal || `… ${coupon.code.slice(-4)}`)),
    h('em', {}, chosen ? t('used') : t('use')),
  )
}

/** Who is buying, and what they may use. */
export const memberPanel = trying => {
  if (sale.member === null) return h('div.member.nobody', {}, t('noMember'))
  const { name, points, identifiedBy } = sale.member
  return h(
    'div.member',
    {},
    h(
      'div.who',
      {},
      h('b', {}, name),
      h('span', {}, `${t('points')} ${points.toLocaleString('en')}`),
      identifiedBy === 'phone' ? h('em', {}, t('phoneOnly')) : null,
    ),
    sale.coupons.length === 0
      ? h('p.quiet', {}, t('noCoupons'))
      : h(
          'div.coupons',
          {},
          sale.coupons.map(coupon => couponRow(coupon, trying)),
        ),
  )
}

const line = (one, trying) =>
  h(
    'tr',
    {},
    h('td', {}, one.name, h('small', {}, `¥${one.unitPrice} × ${one.quantity} ${one.unit}`)),
    h('td.number', {}, `¥${one.net}`),
    h(
      'td',
      {},
      sale.receipt === null
        ? h('button.remove', { onclick: () => void trying(remove)(one.lineNo), 'aria-label': `− ${one.name}` }, '×')
        : null,
    ),
  )

/** The basket with its sum. */
export const basket = trying => {
  const { quote } = sale
  return h(
    'div.basket',
    {},
    sale.lines.length === 0
      ? h('p.quiet.empty', {}, t('empty'))
      : h(
          'div.lines',
          {},
          h(
            'table',
            {},
            h(
              'tbody',
              {},
              sale.lines.map(one => line(one, trying)),
            ),
          ),
        ),
    h(
      'dl',
      {},
      h('div', {}, h('dt', {}, t('total')), h('dd', {}, yuan(quote?.total ?? 0))),
      quote !== null && quote.discount > 0
        ? h('div.off', {}, h('dt', {}, t('discount')), h('dd', {}, `−${yuan(quote.discount)}`))
        : null,
      h('div.sum', {}, h('dt', {}, t('payable')), h('dd', {}, yuan(quote?.payable ?? 0))),
      sale.member === null || quote === null
        ? null
        : h('div', {}, h('dt', {}, t('earns')), h('dd', {}, String(quote.points))),
    ),
  )
}
