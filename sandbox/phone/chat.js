import { bubble, templateCard } from './cards.js'
import { clockText, fill, h, icon } from './dom.js'
import { menuBar } from './menu.js'
import { account, doing, now, person, refreshAccounts, seen, threadOf } from './store.js'
import { currentLanguage, t } from './words.js'

const quietMs = 5 * 60_000

const titleOf = thread =>
  thread === 'service' ? t('serviceThread') : thread === 'sms' ? t('smsThread') : (account(thread)?.name ?? '')

const lines = (thread, go) => {
  const drawn = []
  let before = 0
  for (const entry of threadOf(thread)) {
    if (entry.at - before > quietMs) drawn.push(h('time.when', {}, clockText(entry.at, now(), currentLanguage())))
    before = entry.at
    if (entry.kind === 'followed')
      drawn.push(h('p.system', {}, t('followedNotice', { name: account(entry.appId)?.name ?? '' })))
    else if (entry.from === 'system') drawn.push(h('p.system', {}, entry.text))
    else if (entry.kind === 'template' || entry.kind === 'subscribe') drawn.push(templateCard(entry, go))
    else drawn.push(bubble(entry, go))
  }
  return drawn
}

const writer = (thread, go) => {
  const input = h('input', { 'aria-label': t('write'), placeholder: t('write'), maxlength: 600, enterkeyhint: 'send' })
  const button = h('button.send', { type: 'submit', hidden: true }, t('send'))
  input.addEventListener('input', () => (button.hidden = input.value.trim() === ''))
  return h(
    'form.writer',
    {
      onsubmit: async event => {
        event.preventDefault()
        const text = input.value.trim()
        if (text === '') return
        input.value = ''
        button.hidden = true
        await doing('say', { appId: thread, text }).catch(error => go.say(t('refused', { text: error.message })))
      },
    },
    input,
    button,
  )
}

/** A conversation: with the account, with 服务通知, or the text messages. */
export const chatScreen = ({ thread }, go) => {
  const talks = account(thread) !== undefined
  const body = h('div.scroll.talk')
  const foot = h('div.foot')
  const state = { writing: account(thread)?.menu === null }

  const toEnd = () => (body.scrollTop = body.scrollHeight)
  const draw = () => {
    fill(body, lines(thread, go))
    toEnd()
    if (document.visibilityState === 'visible') void seen(thread)
  }
  const drawFoot = () => {
    if (!talks || person().following[thread] === undefined) return fill(foot)
    const menu = account(thread).menu
    const toggle = h(
      'button.toggle',
      {
        'aria-label': state.writing ? t('tabChats') : t('write'),
        'data-act': 'toggle',
        onclick: () => {
          state.writing = !state.writing
          drawFoot()
          if (state.writing) foot.querySelector('input')?.focus()
        },
      },
      icon(state.writing ? 'menu' : 'keyboard', 26),
    )
    fill(
      foot,
      menu === null ? null : toggle,
      state.writing || menu === null ? writer(thread, go) : menuBar(thread, menu, go),
    )
  }

  draw()
  drawFoot()
  if (talks) void refreshAccounts().then(() => state.writing || drawFoot())
  return {
    element: h(
      `div.chat${thread === 'sms' ? '.sms' : ''}`,
      {},
      h(
        'div.nav',
        {},
        h('button.back', { onclick: go.back, 'aria-label': 'back' }, icon('back', 24)),
        h('b', {}, titleOf(thread)),
        talks
          ? h(
              'button.more',
              { onclick: () => go.to('profile', { appId: thread }), 'aria-label': '…' },
              icon('more', 24),
            )
          : null,
      ),
      body,
      foot,
    ),
    shown: toEnd,
    update: change => {
      if (change.kind === 'entry' && change.entry.thread === thread) draw()
    },
  }
}
