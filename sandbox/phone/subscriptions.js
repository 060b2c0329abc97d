import { fill, h, icon, logo } from './dom.js'
import { doing, person, store } from './store.js'
import { t } from './words.js'

const stateOf = key => {
  const choice = person().choices[key]
  if (choice === 'accept') return t('alwaysAllow')
  if (choice === 'reject') return t('alwaysRefuse')
  return t('askEachTime')
}

/** What may be taken back here, by WeChat's numbers (wechat-protocol §1.6); the sandbox gives the account no more than this. */
const takable = { miniprogram: ['8', '14'], official: ['206'] }

/** The settings of subscribe messages: what is left, what was answered for good, and taking it back; and 授权管理 below. */
export const subscriptionsScreen = (_where, go) => {
  const body = h('div.scroll')
  const change = (appId, templateId, choice) =>
    doing('choice', { appId, templateId, choice }).catch(error => go.say(t('refused', { text: error.message })))
  const rowOf = (one, template) => {
    const key = `${one.appId} ${template.templateId}`
    const left = person().credits[key] ?? 0
    const kept = person().choices[key]
    return h(
      'div.cell.subscription',
      {},
      h('span.name', {}, template.title, h('small', {}, `${stateOf(key)} · ${t('left', { count: left })}`)),
      kept === undefined
        ? h('button.small', { onclick: () => void change(one.appId, template.templateId, 'reject') }, t('refuseAlways'))
        : h('button.small', { onclick: () => void change(one.appId, template.templateId, 'ask') }, t('askAgain')),
    )
  }
  const takeBack = async (appId, what) => {
    try {
      await doing('take-back', { appId, what })
      go.say(t('takenBack'))
    } catch (error) {
      go.say(t('refused', { text: error.message }))
    }
  }
  const authorized = one =>
    takable[one.kind].map(what =>
      h(
        'div.cell.subscription',
        {},
        h('span.name', {}, `${one.name} · ${t(`authorized_${what}`)}`),
        h(
          'button.small',
          { onclick: () => void takeBack(one.appId, what), 'data-act': `take-back-${what}` },
          t('takeBack'),
        ),
      ),
    )
  const draw = () =>
    fill(body, [
      store.accounts
        .filter(one => Object.keys(one.templates).length > 0)
        .map(one => [
          h('h3.group.with-logo', {}, logo(one, 18), one.name),
          h(
            'div.list',
            {},
            Object.values(one.templates).map(template => rowOf(one, template)),
          ),
        ]),
      h('h3.group', {}, t('authorized')),
      h('div.list', {}, store.accounts.map(authorized)),
    ])
  draw()
  return {
    element: h(
      'div.home',
      {},
      h(
        'div.nav',
        {},
        h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('back', 24)),
        h('b', {}, t('subscriptions')),
      ),
      body,
    ),
    update: draw,
  }
}
