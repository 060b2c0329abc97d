import { fill, h, icon } from '../phone/dom.js'
import { NoAnswer, Refused } from './api.js'
import { keyOf, listen } from './keys.js'
import { yuan } from './money.js'
import { overlay, sumOf } from './over.js'
import { basket, memberPanel, offlineBar, suggestion } from './panels.js'
import { actions, finished, pay, wayOf } from './payment.js'
import { open as openReturn, receiptSold } from './returns.js'
import {
  add,
  beginPayment,
  choose,
  connect,
  hold,
  holds,
  identify,
  load,
  sale,
  say,
  startOver,
  watch,
  weigh,
  whatIs,
} from './sale.js'
import { identifyAlone, network } from './sale-alone.js'
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

const scanned = async code => {
  if (sale.receipt !== null) {
    const way = wayOf(code)
    return way === null ? say(t('payFirst'), 'bad') : pay(way)
  }
  const { over } = sale
  if (sale.offline) return identifyAlone(code)
  const isBack = over?.kind === 'return' || over?.kind === 'receipts'
  const found = isBack ? await whatIs(code) : await identify(code)
  if (found?.receipt !== undefined) return openReturn(await receiptSold(found.receipt))
  if (isBack) return say(t('returnFirst'), 'bad')
  // Whoever scans on has done with what lay over the sale.
  if (over !== null && sale.over === over) {
    sale.over = null
    draw()
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
        if (sale.committed !== null) startOver()
        if (code !== '') void trying(scanned)(code)
        else if (sale.lines.length > 0) void trying(beginPayment)()
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
    h(
      'button.plain',
      { type: 'button', onclick: () => weigh(null), 'aria-label': t('clear'), 'data-esc': true },
      h('kbd', {}, 'Esc'),
      '×',
    ),
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
              h('b', {}, yuan(sumOf(one))),
              one.type === 'sale' && !sale.offline
                ? h('button', { onclick: () => void trying(openReturn)(one), 'data-act': 'return' }, t('return'))
                : null,
            ),
          ),
    h('a', { href: `/__sim/erp/night-file?businessDate=${sale.today}` }, t('nightFile')),
  )
}

const tools = () => {
  const idle = sale.receipt === null && !sale.offline
  const tool = (act, word, run, disabled) =>
    h(
      'button.language',
      { onclick: () => void trying(run)(), disabled, 'data-act': act },
      h('kbd', {}, keyOf(act)),
      t(word),
    )
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
    tool(
      'returns',
      'returns',
      async () => {
        const items = sale.receipts.filter(one => one.type === 'sale').toReversed()
        sale.over = { kind: 'receipts', items }
        draw()
      },
      !idle,
    ),
    tool('shift', 'shift', openShift, !idle),
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
  if (sale.committed !== null) {
    fill(root, header, finished(trying, scanner()))
    return document.querySelector('#scan').focus({ preventScroll: true })
  }
  fill(
    root,
    header,
    h('section.till', {}, basket(trying), h('h2', {}, t('goods')), goods(), h('h2', {}, t('today')), receipts()),
    h(
      'section.panel',
      {},
      offlineBar(),
      scanner(),
      message,
      scale(),
      memberPanel(trying),
      h('span.spring'),
      suggestion(trying),
      actions(trying),
    ),
    overlay(trying),
  )
  const scan = document.querySelector('#scan')
  scan.value = typed
  // Whoever changes the member scans, even where a code of the member before is waited for.
  const other = document.querySelector('.scale input') ?? (sale.changing ? null : document.querySelector('.sms input'))
  if (other === null || sale.over !== null) scan.focus({ preventScroll: true })
  else other.select()
}

listen(trying)
watch(draw)
setLanguage(currentLanguage())
void load()
