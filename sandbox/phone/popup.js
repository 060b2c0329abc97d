import { h, logo } from './dom.js'
import { account, doing, person } from './store.js'
import { t } from './words.js'

const most = 3

/**
 * Asks for subscribe messages as a page of the account does (wx-open-subscribe). Templates that the person answered for
 * good (总是保持以上选择) are not asked again: their answer is given at once, and with none left no pop-up is shown.
 */
export const askToSubscribe = async (appId, go) => {
  const one = account(appId)
  const templates = Object.values(one.templates).slice(0, most)
  const kept = ({ templateId }) => person().choices[`${appId} ${templateId}`]
  const remembered = templates.filter(template => kept(template) !== undefined)
  const open = templates.filter(template => kept(template) === undefined)
  const answer = (list, always) =>
    list.length === 0
      ? Promise.resolve()
      : doing('subscribe', { appId, always, templates: list.map(([templateId, status]) => ({ templateId, status })) })
  await answer(
    remembered.map(template => [template.templateId, kept(template)]),
    false,
  )
  if (open.length === 0) return go.say(t('keptAnswer'))
  const chosen = new Set(open.map(template => template.templateId))
  const always = h('input', { type: 'checkbox' })
  const close = () => sheet.remove()
  const finish = async allowed => {
    close()
    const status = id => (allowed && chosen.has(id) ? 'accept' : 'reject')
    await answer(
      open.map(({ templateId }) => [templateId, status(templateId)]),
      always.checked,
    ).catch(error => go.say(t('refused', { text: error.message })))
  }
  const sheet = h(
    'div.sheet',
    {},
    h(
      'div.sheet-box.ask',
      { role: 'dialog', 'aria-label': t('askTitle') },
      h('p.asker', {}, logo(one, 24), h('span', {}, one.name)),
      h('b', {}, t('askTitle')),
      h('p.hint-line', {}, t('askHint')),
      open.map(({ templateId, title }) =>
        h(
          'label.ask-row',
          {},
          h('span', {}, title),
          h('input', {
            type: 'checkbox',
            checked: true,
            onchange: event => (event.target.checked ? chosen.add(templateId) : chosen.delete(templateId)),
          }),
        ),
      ),
      h('label.ask-row.keep', {}, always, h('span', {}, t('keepAnswer'))),
      h(
        'div.two',
        {},
        h('button.plain.green', { onclick: () => void finish(false), 'data-act': 'refuse' }, t('cancel')),
        h('button.primary', { onclick: () => void finish(true), 'data-act': 'allow' }, t('allow')),
      ),
    ),
  )
  go.sheet(sheet)
}
