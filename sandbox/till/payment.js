import { h } from '../phone/dom.js'
import { yuan } from './money.js'
import { paperWidth } from './paper.js'
import { beginPayment, cancel, commit, isOpen, sale, startOver } from './sale.js'
import { commitAlone, printOn } from './sale-alone.js'
import { said, t } from './words.js'

// From the sum to the printed receipt: what is pressed or scanned once the basket stands.

const ways = ['cash', 'wechatPay', 'alipay', 'bankCard']

/** The way that a typed digit or a scanned payment code means (WeChat's begin with 10–15, Alipay's with 25–30); null = neither. */
export const wayOf = code => {
  if (/^[1-4]$/.test(code)) return ways[Number(code) - 1]
  if (/^1[0-5]\d{16}$/.test(code)) return 'wechatPay'
  return /^(2[5-9]|30)\d{14,22}$/.test(code) ? 'alipay' : null
}

let settling = null
// A second code, or a second tap, is the same money, and what is being paid cannot be cancelled at the same moment. The
// next receipt does not wait for what is still asked after the end of this one.
const settle = async act => {
  const { receipt } = sale
  if (receipt === null || settling === receipt) return
  settling = receipt
  try {
    await act()
  } finally {
    if (settling === receipt) settling = null
  }
}

/** Takes the money in one of the ways: the sale is done. */
export const pay = way => settle(() => (sale.offline ? commitAlone : commit)(t(way)))
const giveUp = () => settle(cancel)

const waiting = trying =>
  h(
    'div.actions.waiting',
    {},
    h(
      'p',
      {},
      sale.couponCodes.length === 0 || sale.offline ? `${t('receipt')} ${sale.receipt.receiptNo}` : t('locked'),
    ),
    h(
      'div.methods',
      {},
      ways.map((way, index) =>
        h(
          'button.pay',
          { onclick: () => void trying(pay)(way), 'data-pay': way },
          h('kbd', {}, `${index + 1} ↵`),
          t(way),
        ),
      ),
    ),
    h(
      'button.plain',
      { onclick: () => void trying(giveUp)(), 'data-act': 'cancel', 'data-esc': true },
      h('kbd', {}, 'Esc'),
      t('cancel'),
    ),
  )

/** What can be done with the basket: to take payment, then the ways to pay. */
export const actions = trying => {
  if (sale.receipt !== null) return waiting(trying)
  const amount = yuan(sale.quote?.payable ?? 0)
  return h(
    'div.actions',
    {},
    h(
      'button.plain',
      { onclick: startOver, disabled: sale.lines.length === 0 && sale.member === null, 'data-act': 'clear' },
      t('clear'),
    ),
    h(
      'button.pay',
      { onclick: () => void trying(beginPayment)(), disabled: sale.quote === null, 'data-act': 'pay' },
      // What is to be paid is open until a key has said what is used.
      `${t(sale.couponCodes.length === 0 || sale.offline ? 'pay' : 'lockPay')} ${sale.quote === null || isOpen() ? '' : amount}`,
      h('kbd', {}, '↵'),
    ),
  )
}

const papers = trying =>
  h(
    'div.papers',
    { role: 'group', 'aria-label': t('paper') },
    [58, 80].map(mm =>
      h(
        `button.mini${mm === paperWidth() ? '.on' : ''}`,
        { onclick: () => void trying(printOn)(mm), 'aria-pressed': String(mm === paperWidth()), 'data-paper': mm },
        `${mm} mm`,
      ),
    ),
  )

/** What a sale came to, with its receipt as printed; the scanner below it begins the next. */
export const finished = (trying, scanner) => {
  const { payable, coupons, discount, points, print, notices = [] } = sale.committed
  const names = coupons.map(coupon => coupon.name).join('、')
  return h(
    'div.finished',
    {},
    scanner,
    h('i', {}, '✓'),
    h('h2', {}, t(sale.committed.stored ? 'doneAlone' : 'done')),
    h('b.amount', {}, yuan(payable)),
    coupons.length === 0
      ? null
      : h('p', {}, t(sale.committed.stored ? 'savedAlone' : 'saved', { name: names, amount: yuan(discount) })),
    points === null ? null : h('p', {}, t('earned', points)),
    notices.map(notice => h('p.warn', {}, said(notice))),
    print ? papers(trying) : null,
    print ? h('pre.paper', { 'aria-label': t('printed') }, print.join('\n')) : null,
    h('button.pay', { onclick: startOver, 'data-act': 'next' }, t('next')),
  )
}
