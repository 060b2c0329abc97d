import { h, icon } from './dom.js'
import { t } from './words.js'

/** WeChat's browser: a page of the shop, or of WeChat's own (log-in, one-off subscription). */
export const browserScreen = ({ url, title }, go) => {
  const host = URL.parse(url)?.host ?? ''
  const frame = h('iframe', { src: url, title: title ?? host, sandbox: 'allow-scripts allow-forms allow-same-origin' })
  return {
    element: h(
      'div.browser',
      {},
      h(
        'div.nav',
        {},
        h('button.back', { onclick: go.back, 'aria-label': t('back') }, icon('close', 22)),
        h('b', {}, host),
        h(
          'a.more',
          { href: url, target: '_blank', rel: 'noreferrer', 'aria-label': t('openOutside'), title: t('openOutside') },
          icon('outside', 20),
        ),
      ),
      frame,
    ),
  }
}
