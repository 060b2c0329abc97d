import { fill, h, icon } from '../phone/dom.js'
import { NoAnswer, Refused } from './api.js'
import { yuan } from './money.js'
import { paperWidth } from './paper.js'
import { overlay, takeBack } from './over.js'
import { basket, memberPanel, offlineBar, suggestion } from './panels.js'
import { open as openReturn, receiptSold } from './returns.js'
import {
  add,
  beginPayment,
  cancel,
  choose,
  commit,
  connect,
  hold,
  holds,
  identify,
  load,
  sale,
  say,
  startOver,
  use,
  watch,
  weigh,
} from './sale.js'
import { commitAlone, identifyAlone, network, printOn } from './sale-alone.js'
import { open as openShift } from './shift.js'
import { currentLanguage, said, setLanguage, t } from './words.js'

const root = document.querySelector('#till')

const words = error => {
  if (error instanceof NoAnswer) return t('noAnswer')
  if (!(error instanceof Refused)) return error.message
  return error.reply[currentLanguage()] ?? error.reply.message ?? error.message
}
const trying =
  act =>
  async (...given) => {
    const before = sale.message
    try {
      await act(...given)
      // What went wrong before is over once something goes right.
      if (before !== null && sale.message === before) say(null)
    } catch (error) {
      say(words(error), 'bad')
    }
  }

const scanner = () => {
  const input = h('input', { placeholder: t('scan'), 'aria-label': t('scan'), autocomplete: 'off', id: 'scan' })
  return h(
    'form.scanner',
    {
      onsubmit: event => {
        event.preventDefault()
        const code = input.value.replace(/\s/g, '')
        input.value = ''
        if (code === '') return sale.lines.length > 0 ? void trying(beginPayment)() : undefined
        void trying(async () => {
          if (sale.offline) return identifyAlone(code)
          const found = await identify(code)
          if (found?.receipt !== undefined) await openReturn(await receiptSold(found.receipt))
        })()
      },
    },
    icon('scan', 22),
    input,
  )
}

const setup = () => {
  const field = (name, label, more = {}) => h('label', {}, t(label), h('input', { name, required: true, ...more }))
  return h(
    'form.setup',
    {
      onsubmit: event => {
        event.preventDefault()
        const given = Object.fromEntries(new FormData(event.target))
        void trying(connect)({ ...given, name: '' })
      },
    },
    h('h2', {}, t('noTill')),
    h('p', {}, t('noTillHint')),
    field('tillId', 'tillId'),
    field('key', 'key', { type: 'password' }),
    field('storeCode', 'storeCode'),
    field('tillCode', 'tillCode'),
    h('button.pay', { type: 'submit' }, t('connect')),
  )
}

const scale = () => {
  const product = sale.weighing
  if (product === null) return null
  const input = h('input', {
    name: 'weight',
    type: 'number',
    step: '0.001',
    min: '0.001',
    max: '99',
    required: true,
    value: '0.85',
    'aria-label': t('kilograms'),
  })
  return h(
    'form.scale',
    {
      onsubmit: event => {
        event.preventDefault()
        const kilograms = Number(input.value)
        weigh(null)
        void trying(add)(product, kilograms)
      },
    },
    h('span', {}, product.name, h('small', {}, t('kilograms'))),
    input,
    h('button.pay', { type: 'submit' }, t('weighed')),
    h('button.plain', { type: 'button', onclick: () => weigh(null), 'aria-label': t('clear') }, '×'),
  )
}

const goods = () =>
  h(
    'div.goods',
    {},
    sale.products.map(product =>
      h(
        'button',
        {
          disabled: sale.receipt !== null,
          'data-product': product.code,
          onclick: () => (product.weighed ? weigh(product) : void trying(add)(product, 1)),
        },
        h('span', {}, product.name),
        h('b', {}, `¥${product.price}${product.weighed ? `/${product.unit}` : ''}`),
      ),
    ),
  )

const receipts = () => {
  return h(
    'div.receipts',
    {},
    sale.receipts.length === 0
      ? h('p.quiet', {}, t('noReceipts'))
      : sale.receipts
          .toReversed()
          .map(one =>
            h(
              'div',
              { 'data-receipt': one.receiptNo },
              h(
                'span',
                {},
                `${one.receiptNo} · ${one.time.slice(0, 5)}`,
                one.type === 'return' ? h('em', {}, t('isReturn')) : null,
              ),
              h('b', {}, yuan(one.lines.reduce((sum, line) => sum + Math.round(Number(line.net) * 100), 0))),
              one.type === 'sale' && !sale.offline
                ? h('button', { onclick: () => void trying(openReturn)(one), 'data-act': 'return' }, t('return'))
                : null,
            ),
          ),
    h('a', { href: `/__sim/erp/night-file?businessDate=${sale.today}` }, t('nightFile')),
  )
}

const papers = () =>
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

const finished = () => {
  const { payable, coupons, discount, points, print, notices = [] } = sale.committed
  const names = coupons.map(coupon => coupon.name).join('、')
  return h(
    'div.finished',
    {},
    h('i', {}, '✓'),
    h('h2', {}, t(sale.committed.stored ? 'doneAlone' : 'done')),
    h('b.amount', {}, yuan(payable)),
    coupons.length === 0
      ? null
      : h('p', {}, t(sale.committed.stored ? 'savedAlone' : 'saved', { name: names, amount: yuan(discount) })),
    points === null ? null : h('p', {}, t('earned', points)),
    notices.map(notice => h('p.warn', {}, said(notice))),
    print ? papers() : null,
    print ? h('pre.paper', { 'aria-label': t('printed') }, print.join('\n')) : null,
    h('button.pay', { onclick: startOver, 'data-act': 'next' }, t('next')),
  )
}

const actions = () => {
  const amount = yuan(sale.quote?.payable ?? 0)
  if (sale.receipt !== null)
    return h(
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
        ['cash', 'wechatPay', 'alipay'].map(method =>
          h(
            'button.pay',
            { onclick: () => void trying(sale.offline ? commitAlone : commit)(t(method)), 'data-pay': method },
            t(method),
          ),
        ),
      ),
      h('button.plain', { onclick: () => void trying(cancel)(), 'data-act': 'cancel' }, t('cancel')),
    )
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
      `${t(sale.couponCodes.length === 0 || sale.offline ? 'pay' : 'lockPay')} ${sale.quote === null ? '' : amount}`,
    ),
  )
}

const tools = () => {
  const idle = sale.receipt === null && !sale.offline
  const tool = (act, word, run, disabled) =>
    h('button.language', { onclick: () => void trying(run)(), disabled, 'data-act': act }, t(word))
  return [
    tool('hold', 'hold', hold, !idle || sale.lines.length === 0),
    tool(
      'resume',
      'resume',
      async () => {
        sale.over = { kind: 'holds', items: await holds() }
        draw()
      },
      !idle || sale.lines.length > 0,
    ),
    tool('shift', 'shift', async () => openShift(), !idle),
    tool('network', sale.offline ? 'online' : 'offline', goOffline, sale.receipt !== null),
  ]
}

const goOffline = async () => {
  const told = await network()
  if (told.length === 0) return
  const losses = told.flatMap(one => one.settled.losses)
  if (losses.length === 0) return say(t('told', { count: told.length }), 'good')
  sale.over = { kind: 'told', told }
  draw()
}

const draw = () => {
  document.title = `${t('title')} · 掌柜`
  const typed = document.querySelector('#scan')?.value ?? ''
  const header = h(
    'header',
    {},
    h('h1', {}, t('title')),
    sale.tills.length === 0
      ? null
      : h(
          'select',
          { onchange: event => void choose(event.target.value), 'aria-label': t('title') },
          sale.tills.map(one =>
            h(
              'option',
              { value: one.tillId, selected: one.tillId === sale.till?.tillId },
              `${one.name || one.storeCode} · ${one.tillCode}`,
            ),
          ),
        ),
    h('span.spring'),
    sale.till === null || sale.committed !== null ? null : tools(),
    h(
      'button.language',
      { onclick: () => (setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh'), draw()) },
      t('switchLanguage'),
    ),
  )
  const message =
    sale.message === null
      ? null
      : h(
          `p.message.${sale.message.mood}`,
          { role: 'status' },
          typeof sale.message.text === 'string' ? sale.message.text : said(sale.message.text),
        )
  if (sale.till === null) return fill(root, header, message, setup())
  if (sale.committed !== null) return fill(root, header, finished())
  fill(
    root,
    header,
    h(
      'section.left',
      {},
      offlineBar(),
      scanner(),
      message,
      scale(),
      memberPanel(trying),
      basket(trying),
      suggestion(trying),
      actions(),
    ),
    h('section.right', {}, h('h2', {}, t('goods')), goods(), h('h2', {}, t('today')), receipts()),
    overlay(trying),
  )
  const scan = document.querySelector('#scan')
  scan.value = typed
  const weight = document.querySelector('.scale input') ?? document.querySelector('.sms input')
  if (weight === null && sale.over === null) scan.focus()
  else if (weight === null) document.querySelector('.over')?.focus()
  else weight.select()
}

const keys = { F1: 'all', F2: 'coupons', F3: 'nothing' }
document.addEventListener('keydown', event => {
  if (event.key in keys) {
    event.preventDefault()
    void trying(use)(keys[event.key])
  } else if (event.key === 'Escape' && sale.over !== null) {
    sale.over = null
    draw()
  } else if (event.key === 'Enter' && sale.over?.kind === 'return' && event.target.tagName !== 'BUTTON') {
    event.preventDefault()
    void trying(takeBack)()
  } else if (event.key === 'Enter' && sale.committed !== null && event.target.tagName !== 'BUTTON') startOver()
})

watch(draw)
setLanguage(currentLanguage())
void load()
