import { attachPanel } from './attach.js'
import { card } from './cards.js'
import { clockText, fill, h, icon } from './dom.js'
import { menuBar } from './menu.js'
import { account, doing, menuFor, now, person, seen, threadOf } from './store.js'
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
    drawn.push(card(entry, go))
  }
  return drawn
}

const writer = (thread, go, more) => {
  const input = h('input', { 'aria-label': t('write'), placeholder: t('write'), maxlength: 600, enterkeyhint: 'send' })
  const button = h('button.send', { type: 'submit', hidden: true }, t('send'))
  const plus = h(
    'button.plus',
    { type: 'button', 'aria-label': t('attach'), 'data-act': 'attach', onclick: more },
    icon('plus', 28),
  )
  input.addEventListener('input', () => {
    button.hidden = input.value.trim() === ''
    plus.hidden = !button.hidden
  })
  return h(
    'form.writer',
    {
      onsubmit: async event => {
        event.preventDefault()
        const text = input.value.trim()
        if (text === '') return
        input.value = ''
        button.hidden = true
        plus.hidden = false
        await doing('say', { appId: thread, text }).catch(error => go.say(t('refused', { text: error.message })))
      },
    },
    input,
    plus,
    button,
  )
}

/** The page from which somebody came to a mini-program's customer service, offered to be sent as its card. */
const cardToSend = (thread, card, go, done) => {
  const send = async () => {
    try {
      await doing('send', { type: 'miniprogrampage', appId: thread, ...card })
      done()
    } catch (error) {
      go.say(t('refused', { text: error.message }))
    }
  }
  return h(
    'div.card-to-send',
    {},
    h('span', {}, h('small', {}, t('cardToSend')), h('b', {}, card.title)),
    h('button.send', { onclick: () => void send(), 'data-act': 'send-card' }, t('send')),
    h('button.plus', { onclick: done, 'aria-label': t('cancel') }, icon('close', 18)),
  )
}

/** A conversation: with the account, a mini-program's customer service, 服务通知, or the text messages. */
export const chatScreen = (place, go) => {
  const { thread } = place
  const talks = account(thread) !== undefined
  const program = account(thread)?.kind === 'miniprogram'
  const body = h('div.scroll.talk')
  const foot = h('div.foot')
  const state = { writing: account(thread)?.menu === null, attaching: false, menu: account(thread)?.menu ?? null }
  const title = h('b', {}, titleOf(thread))

  const toEnd = () => (body.scrollTop = body.scrollHeight)
  const draw = () => {
    fill(body, lines(thread, go))
    toEnd()
    if (document.visibilityState === 'visible') void seen(thread)
  }
  const drawFoot = () => {
    // Nobody follows a mini-program: its customer service is written to from the mini-program.
    if (!talks || (!program && person().following[thread] === undefined)) return fill(foot)
    const { menu } = state
    const toggle = h(
      'button.toggle',
      {
        'aria-label': state.writing ? t('tabChats') : t('write'),
        'data-act': 'toggle',
        onclick: () => {
          state.writing = !state.writing
          state.attaching = false
          drawFoot()
          if (state.writing) foot.querySelector('input')?.focus()
        },
      },
      icon(state.writing ? 'menu' : 'keyboard', 26),
    )
    const attach = () => {
      state.attaching = !state.attaching
      drawFoot()
      toEnd()
    }
    const writing = state.writing || menu === null
    fill(
      foot,
      place.card === undefined
        ? null
        : cardToSend(thread, place.card, go, () => {
            delete place.card
            drawFoot()
          }),
      h(
        'div.foot-line',
        {},
        menu === null ? null : toggle,
        writing ? writer(thread, go, attach) : menuBar(thread, menu, go),
      ),
      writing && state.attaching ? attachPanel(thread, go) : null,
    )
  }

  // Pictures that arrive later push the end down.
  body.addEventListener('load', () => body.scrollHeight - body.scrollTop - body.clientHeight < 400 && toEnd(), true)
  draw()
  drawFoot()
  if (talks && !program)
    void menuFor(thread).then(menu => {
      if (JSON.stringify(menu) === JSON.stringify(state.menu)) return
      state.menu = menu
      if (!state.writing) drawFoot()
    })
  return {
    element: h(
      `div.chat${thread === 'sms' ? '.sms' : ''}`,
      {},
      h(
        'div.nav',
        {},
        h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('back', 24)),
        program ? h('span.nav-two', {}, title, h('small', {}, t('programService'))) : title,
        talks
          ? h(
              'button.more',
              {
                onclick: () => go.to(program ? 'miniprogram' : 'profile', { appId: thread }),
                'aria-label': program ? t('enterMiniprogram') : '…',
              },
              icon('more', 24),
            )
          : null,
      ),
      body,
      foot,
    ),
    shown: toEnd,
    update: change => {
      if (change.kind === 'entry' && change.entry.thread === thread) {
        title.textContent = titleOf(thread)
        draw()
      }
      if (change.kind === 'typing' && change.thread === thread)
        title.textContent = change.on ? t('typing') : titleOf(thread)
    },
  }
}
