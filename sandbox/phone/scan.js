import { clockText, h, icon } from './dom.js'
import { look } from './api.js'
import { doing, now, official } from './store.js'
import { currentLanguage, t } from './words.js'

const life = code => {
  if (code.expiresAt === null) return t('codeLasting')
  return code.expired ? t('codeExpired') : t('codeUntil', { time: clockText(code.expiresAt, now(), currentLanguage()) })
}

/** Scanning: one of the codes that the account made, or any scene by hand. */
export const scanSheet = go => {
  const { appId } = official()
  const close = () => sheet.remove()
  const scanning = async (what, body) => {
    close()
    try {
      await doing(what, { appId, ...body })
      go.to('chat', { thread: appId })
    } catch (error) {
      go.say(error.message)
    }
  }
  const input = h('input', { value: 'store:S001', 'aria-label': t('scanHint'), maxlength: 64 })
  const codes = h('div.codes')
  const sheet = h(
    'div.sheet',
    { onclick: event => event.target === sheet && close() },
    h(
      'form.sheet-box',
      {
        onsubmit: event => {
          event.preventDefault()
          void scanning('follow', { scene: input.value.trim() })
        },
      },
      h('b', {}, t('scanTitle')),
      codes,
      h('label', {}, h('small', {}, t('scanHint')), input),
      h('button.primary', { type: 'submit' }, t('scan')),
    ),
  )
  const draw = list =>
    codes.append(
      ...list.map(code =>
        h(
          `button.code${code.expired ? '.over' : ''}`,
          { type: 'button', onclick: () => void scanning('scan', { ticket: code.ticket }), 'data-scene': code.scene },
          h('img', { src: `/cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`, alt: '', loading: 'lazy' }),
          h('span', {}, h('b', {}, code.scene), h('small', {}, life(code))),
          icon('next', 16),
        ),
      ),
    )
  void look(`qrcodes?appId=${appId}&limit=40`).then(draw)
  return sheet
}
