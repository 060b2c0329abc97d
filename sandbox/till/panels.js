import { h } from '../phone/dom.js'
import { keyOf } from './keys.js'
import { roundYuan, yuan } from './money.js'
import { mayGive, stored } from './offline.js'
import { changeMember, isOpen, noMember, remove, sale, use, useCoupon, usePoints } from './sale.js'
import { smsProof } from './sms.js'
import { said, t } from './words.js'

const couponRow = (coupon, trying) => {
  const live =
    sale.quote?.coupons.find(one => one.code === coupon.code) ??
    sale.quote?.refusals.find(one => one.code === coupon.code) ??
    coupon
  const chosen = sale.couponCodes.includes(coupon.code)
  const refusal = live.refusal === null ? '' : said(live.refusal.text)
  return h(
    `button.coupon${chosen ? '.chosen' : ''}`,
    { onclick: () => void trying(useCoupon)(coupon.code), disabled: sale.receipt !== null, 'data-coupon': coupon.code },
    h('b', {}, coupon.amountOff > 0 ? roundYuan(coupon.amountOff) : '券'),
    h('span', {}, coupon.name, h('small', {}, refusal || `… ${coupon.code.slice(-4)}`)),
    h('em', {}, chosen ? t('used') : t('use')),
  )
}

const keyed = (act, word, run, more = {}) =>
  h('button.mini', { ...more, 'data-act': act, onclick: run }, h('kbd', {}, keyOf(act)), t(word))

/** Who is buying, and what they may use. */
export const memberPanel = trying => {
  if (sale.member === null && sale.coupons.length === 0)
    return h('div.member.nobody', {}, t(sale.offline ? 'aloneHint' : 'noMember'))
  const { name, phone, points, spends, signed, tier, birthday } = sale.member ?? { name: '', points: null }
  return h(
    'div.member',
    {},
    h(
      'div.who',
      {},
      h('b', {}, signed ? `${t('aloneMember')} ${name}` : name),
      phone ? h('span', {}, phone) : null,
      tier?.zh ? h('span', { 'data-tier': '' }, said(tier)) : null,
      points === null ? null : h('span', {}, `${t('points')} ${points.toLocaleString('en')}`),
      birthday ? h('em.birthday', {}, t(birthday === 'day' ? 'birthdayToday' : 'birthdayMonth')) : null,
      spends === false ? h('em', {}, t('phoneOnly')) : null,
      sale.receipt === null
        ? h(
            'div.acts',
            {},
            sale.member === null
              ? null
              : keyed('anotherMember', 'anothersTurn', () => changeMember(true), {
                  'aria-pressed': String(sale.changing),
                }),
            keyed('noOne', 'noOne', () => void trying(noMember)()),
          )
        : null,
    ),
    sale.changing
      ? h(
          'p.changing',
          { role: 'status' },
          t('scanAnother'),
          h(
            'button.mini',
            { onclick: () => changeMember(false), 'data-esc': true },
            h('kbd', {}, 'Esc'),
            t('keepMember'),
          ),
        )
      : null,
    smsProof(trying),
    pointsLine(trying),
    sale.coupons.length === 0
      ? h('p.quiet', {}, t(sale.offline ? 'aloneHint' : 'noCoupons'))
      : h(
          'div.coupons',
          {},
          sale.coupons.map(coupon => couponRow(coupon, trying)),
        ),
  )
}
// Without a network the shopper says how many points to use; the till knows only how many may.
const pointsLine = trying => {
  const pay = sale.quote?.pointsPay
  if (!sale.offline || !sale.member?.signed || pay === undefined) return null
  if (pay.most.points === 0) return h('p.quiet', {}, t('noPointsNow'))
  const set = points => void trying(usePoints)(points)
  return h(
    'div.points',
    {},
    h(
      'span',
      {},
      t('pointsToUse'),
      h('small', {}, t('pointsMost', { points: pay.most.points, amount: yuan(pay.most.fen) })),
    ),
    h(
      'span.step',
      {},
      h('button', { onclick: () => set(pay.points - pay.step), 'aria-label': '−', 'data-points': 'less' }, '−'),
      h('b', {}, String(pay.points)),
      h('button', { onclick: () => set(pay.points + pay.step), 'aria-label': '+', 'data-points': 'more' }, '+'),
    ),
  )
}

const threeKeys = [
  ['F1', 'useAll', 'all'],
  ['F2', 'useCoupons', 'coupons'],
  ['F3', 'useNothing', 'nothing'],
]
// What is used on one line, what is to be paid on the next: the sum always stands in the same place, and nothing breaks inside.
const bigLine = (discount, pays, payable) => {
  const uses = [
    discount > 0 ? t('bigCoupons', { amount: yuan(discount) }) : null,
    (pays?.points ?? 0) > 0 ? t('bigPoints', { points: pays.points, amount: yuan(pays.fen) }) : null,
  ].filter(part => part !== null)
  return [
    uses.length === 0
      ? null
      : h(
          'span.uses',
          {},
          uses.map(part => h('span', {}, part + t('comma'))),
        ),
    h('span.sum', {}, t('bigPay', { amount: yuan(payable) })),
  ]
}

/** The one big line: what could be used until a key is pressed, then what is; its three keys; what to say aloud. */
export const suggestion = trying => {
  const { decided, proposal, quote } = sale
  if (quote === null) return null
  const mayChoose = proposal !== null && sale.member !== null && !sale.offline && sale.receipt === null
  return h(
    `div.big${isOpen() ? '.open' : ''}`,
    {},
    isOpen() ? h('small', {}, t('suggestion')) : null,
    h(
      'strong',
      { 'data-big': isOpen() ? 'proposal' : 'chosen' },
      isOpen()
        ? bigLine(proposal.discount, proposal.most, proposal.all)
        : bigLine(quote.discount, quote.pointsPay, quote.payable),
    ),
    mayChoose
      ? h(
          'div.keys',
          {},
          threeKeys.map(([name, word, what]) =>
            h(
              'button',
              { onclick: () => void trying(use)(what), 'data-use': what, 'aria-pressed': String(decided === what) },
              h('span', {}, h('kbd', {}, name), t(word)),
              h('b', {}, yuan(proposal[what])),
            ),
          ),
        )
      : null,
    quote.hint ? h('p.hint', {}, said(quote.hint)) : null,
  )
}

/** That there is no network, and what waits to be told. */
export const offlineBar = () => {
  if (!sale.offline) return null
  const { tillId } = sale.till
  return h(
    'p.offline',
    { role: 'status' },
    t('offlineBar', { cap: roundYuan(mayGive(tillId)), count: stored(tillId).length }),
  )
}

const line = (one, trying) =>
  h(
    'tr',
    {},
    h('td', {}, one.name, h('small', {}, `¥${one.unitPrice} × ${one.quantity} ${one.unit ?? ''}`)),
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
      sale.member === null || quote === null
        ? null
        : h('div', {}, h('dt', {}, t('earns')), h('dd', {}, quote.alone ? t('earnsLater') : String(quote.points))),
    ),
  )
}
