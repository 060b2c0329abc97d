import { h } from '../phone/dom.js'
import { yuan } from './money.js'
import { redraw, resume, sale, say } from './sale.js'
import { confirm, open as openReturn, take } from './returns.js'
import { close } from './shift.js'
import { said, t } from './words.js'

const shut = () => {
  sale.over = null
  redraw()
}
const sheet = (title, ...content) =>
  h(
    'section.over',
    { role: 'dialog', 'aria-label': title, tabindex: '-1' },
    h('header', {}, h('h2', {}, title), h('button.mini', { onclick: shut, 'data-act': 'back' }, t('back'))),
    content,
  )

// One of a list is chosen by arrows: the first until a key says another.
const isAt = (over, index) => index === (over.at ?? 0)
const row = (over, index, name, props, ...content) =>
  h(`button.${name}${isAt(over, index) ? '.at' : ''}`, { ...props, 'aria-current': String(isAt(over, index)) }, content)

const takeUp = async one => {
  const taken = await resume(one.holdId)
  if (taken.memberGone) say(t('memberGone'), 'bad')
}

const holdsSheet = (over, trying) =>
  sheet(
    t('resume'),
    over.items.length === 0
      ? h('p.quiet', {}, t('nothingHeld'))
      : over.items.map((one, index) =>
          row(
            over,
            index,
            'held',
            { 'data-held': one.holdId, onclick: () => void trying(takeUp)(one) },
            h('span', {}, t('heldAt', { label: one.label, count: one.lineCount })),
            h('b', {}, yuan(one.total)),
          ),
        ),
  )

/** What a receipt came to. */
export const sumOf = receipt => receipt.lines.reduce((sum, line) => sum + Math.round(Number(line.net) * 100), 0)

const receiptsSheet = (over, trying) =>
  sheet(
    t('returns'),
    h('p.quiet', {}, t('whichReceipt')),
    over.items.map((one, index) =>
      row(
        over,
        index,
        'held',
        { 'data-pick': one.receiptNo, onclick: () => void trying(openReturn)(one) },
        h('span', {}, `${one.receiptNo} · ${one.time.slice(0, 5)}`),
        h('b', {}, yuan(sumOf(one))),
      ),
    ),
  )

const outcome = {
  restored: 'couponRestored',
  lapsed: 'couponLapsed',
  kept: 'couponKept',
  repriced: 'couponRepriced',
}

/** What comes back, in the words of the cashier. */
const saidOf = quote => [
  t('willRefund', { amount: yuan(quote.refund) }),
  ...(quote.pointsBack.points > 0
    ? [t('willPointsBack', { points: quote.pointsBack.points, amount: yuan(quote.pointsBack.fen) })]
    : []),
  ...(quote.points === null ? [] : [t('willPoints', { points: quote.points.taken, balance: quote.points.balance })]),
  ...quote.coupons.map(coupon => t('willCoupon', { name: coupon.name, outcome: t(outcome[coupon.outcome]) })),
]

/** Takes the chosen lines back and says what came of it. */
export const takeBack = async () => {
  const { over } = sale
  // Enter twice is still one return.
  if (over.isTaking) return
  over.isTaking = true
  const returned = await confirm().finally(() => {
    over.isTaking = false
  })
  if (returned === null) return
  say(saidOf(returned).join(' · '), 'good')
  sale.over = { kind: 'slip', lines: returned.print ?? [] }
  redraw()
}

const back = (line, left) => String(Math.round((Number(line.quantity) - left) * 1000) / 1000)

const wholeOf = (over, line) => Number(over.left[line.lineNo])
/** One more or less of a line; what is weighed comes back whole. */
const step = async (over, line, sign) => {
  const whole = wholeOf(over, line)
  const by = Number.isInteger(Number(line.quantity)) ? 1 : whole
  const next = Number(over.quantities[line.lineNo] ?? 0) + sign * by
  await take(line.lineNo, Math.min(whole, Math.max(0, next)))
}

const returnSheet = (over, trying) =>
  sheet(
    t('returning', { receiptNo: over.receipt.receiptNo }),
    over.receipt.storeCode === sale.till.storeCode && over.receipt.tillCode === sale.till.tillCode
      ? null
      : h('p.elsewhere', {}, t('soldAt', { store: over.receipt.storeCode, till: over.receipt.tillCode })),
    h('p.quiet', {}, `${t('comesBack')}：${t('returnKeys')}`),
    h(
      'table.back',
      {},
      h(
        'tbody',
        {},
        over.receipt.lines.map((line, index) => {
          const now = Number(over.quantities[line.lineNo] ?? 0)
          const whole = wholeOf(over, line)
          return h(
            `tr${isAt(over, index) ? '.at' : ''}`,
            { 'aria-current': String(isAt(over, index)) },
            h(
              'td',
              {},
              line.name,
              h('small', {}, `¥${Number(line.net).toFixed(2)} · ${line.quantity} ${line.unit}`),
              whole < Number(line.quantity) ? h('small', {}, t('cameBack', { quantity: back(line, whole) })) : null,
            ),
            h(
              'td.step',
              {},
              h(
                'button',
                {
                  onclick: () => void trying(step)(over, line, -1),
                  'aria-label': `− ${line.name}`,
                  'data-less': line.lineNo,
                },
                '−',
              ),
              h('b', {}, String(now)),
              h(
                'button',
                {
                  onclick: () => void trying(step)(over, line, 1),
                  'aria-label': `+ ${line.name}`,
                  'data-more': line.lineNo,
                },
                '+',
              ),
            ),
          )
        }),
      ),
    ),
    over.quote === null
      ? null
      : h(
          'ul.will',
          { 'data-will': '' },
          saidOf(over.quote).map(text => h('li', {}, text)),
        ),
    h(
      'button.pay',
      { onclick: () => void trying(takeBack)(), disabled: over.quote === null, 'data-act': 'confirmReturn' },
      t('confirmReturn'),
    ),
  )

const figureText = (name, value) => (name.endsWith('Fen') ? yuan(value) : String(value).replace('-', '−'))

/** What differs from the product's ledgers, figure by figure; null = they are not known here. */
const offBy = (figures, ours) =>
  ours === undefined
    ? null
    : Object.entries(figures)
        .filter(([name, value]) => ours[name] !== undefined && ours[name] !== value)
        .map(
          ([name, value]) =>
            `${t(`f_${name}`)} ${value > ours[name] ? '+' : ''}${figureText(name, value - ours[name])}`,
        )

const shiftLine = (figures, off) =>
  h(
    'div.shift-line',
    {},
    h(
      'strong',
      { 'data-shift': '' },
      t('shiftLine', {
        coupons: figures.coupons,
        couponFen: yuan(figures.couponFen),
        pointsFen: yuan(figures.pointsFen),
      }),
    ),
    off === null
      ? null
      : h(
          `p${off.length === 0 ? '.good' : '.bad'}`,
          { 'data-off': off.length },
          off.length === 0 ? t('balanced') : t('differsBy', { what: off.join(t('and')) }),
        ),
  )

const shiftSheet = (over, trying) =>
  sheet(
    `${t('shift')} · ${t('shiftNo', { shift: over.shift })}`,
    shiftLine(over.figures, offBy(over.figures, (over.report ?? over.now)?.totals)),
    h(
      'table.back',
      {},
      h(
        'thead',
        {},
        h('tr', {}, h('th', {}, t('figure')), h('th.number', {}, t('theirs')), h('th.number', {}, t('ours'))),
      ),
      h(
        'tbody',
        {},
        Object.entries(over.figures).map(([name, value]) => {
          const ours = (over.report ?? over.now)?.totals[name]
          return h(
            `tr${ours !== undefined && ours !== value ? '.differs' : ''}`,
            {},
            h('td', {}, t(`f_${name}`)),
            h('td.number', {}, figureText(name, value)),
            h('td.number', {}, ours === undefined ? '' : figureText(name, ours)),
          )
        }),
      ),
    ),
    over.report === null
      ? h('button.pay', { onclick: () => void trying(close)(), 'data-act': 'closeShift' }, t('shiftAct'))
      : h(
          `p.result${over.report.balanced ? '.good' : '.bad'}`,
          { role: 'status', 'data-balanced': String(over.report.balanced) },
          over.report.balanced ? t('balanced') : t('differing', { count: over.report.differences.length }),
        ),
    over.report?.print ? h('pre.paper', {}, over.report.print.join('\n')) : null,
  )

const lossLine = loss =>
  h(
    'li',
    {},
    h('b', {}, `${t(`loss_${loss.kind}`)} ${yuan(loss.amount)}`),
    h('span', {}, said(loss.text)),
    h('small', {}, t('bears', { company: yuan(loss.company), store: yuan(loss.store) })),
  )

const slipSheet = over => sheet(t('slip'), h('pre.paper', { 'aria-label': t('printed') }, over.lines.join('\n')))

// What became of the sales that waited: a loss is said with its reason and with who bears it.
const toldSheet = over => {
  const lost = over.told.flatMap(one => one.settled.losses).reduce((sum, loss) => sum + loss.amount, 0)
  return sheet(
    t('toldTitle', { count: over.told.length }),
    h(
      `p.result${lost === 0 ? '.good' : '.bad'}`,
      { role: 'status', 'data-lost': lost },
      t('toldLost', { amount: yuan(lost) }),
    ),
    over.told.map(({ sale: sold, settled }) =>
      h(
        'div.told',
        { 'data-told': sold.receiptNo },
        h(
          'div.who',
          {},
          h('b', {}, `${t('receipt')} ${sold.receiptNo}`),
          h('span', {}, yuan(settled.payable)),
          settled.points === null ? null : h('span', {}, t('earnedShort', settled.points)),
          h('span.spring'),
          settled.losses.length === 0 ? h('em', {}, t('noLoss')) : null,
        ),
        settled.losses.length === 0 ? null : h('ul.losses', {}, settled.losses.map(lossLine)),
      ),
    ),
  )
}

/** What lies over the sale: held baskets, a return, the close of the shift, what became of offline sales. */
export const overlay = trying => {
  const { over } = sale
  if (over === null) return null
  if (over.kind === 'holds') return holdsSheet(over, trying)
  if (over.kind === 'receipts') return receiptsSheet(over, trying)
  if (over.kind === 'told') return toldSheet(over)
  if (over.kind === 'slip') return slipSheet(over)
  return over.kind === 'return' ? returnSheet(over, trying) : shiftSheet(over, trying)
}

const listOf = over => over.items ?? (over.kind === 'return' ? over.receipt.lines : [])
const moves = { ArrowUp: -1, ArrowDown: 1 }
const signs = { '+': 1, '=': 1, '-': -1, '−': -1 }

const enter = {
  holds: (over, one) => (one === undefined ? shut() : takeUp(one)),
  receipts: (over, one) => (one === undefined ? shut() : openReturn(one)),
  return: takeBack,
  shift: over => (over.report === null ? close() : shut()),
}

/** A key for what lies over the sale: arrows choose, + and − count, Enter does it, Esc goes back. False = not one of them. */
export const overKey = (key, trying) => {
  const { over } = sale
  const list = listOf(over)
  const one = list[over.at ?? 0]
  if (key === 'Escape') shut()
  else if (key in moves) {
    over.at = Math.max(0, Math.min(list.length - 1, (over.at ?? 0) + moves[key]))
    redraw()
  } else if (key in signs && over.kind === 'return') void trying(step)(over, one, signs[key])
  else if (key === 'Enter') void trying(async () => (enter[over.kind] ?? shut)(over, one))()
  else return false
  return true
}
