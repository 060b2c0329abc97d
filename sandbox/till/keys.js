import { overKey } from './over.js'
import { sale, use } from './sale.js'

// A till has no mouse: whatever a button does, a key does. The buttons know when they may be pressed.

const choices = { F1: 'all', F2: 'coupons', F3: 'nothing' }
const buttons = {
  F4: 'hold',
  F5: 'resume',
  F6: 'returns',
  F7: 'noOne',
  F8: 'shift',
  F9: 'network',
  F10: 'anotherMember',
}
// Without a network the shopper says how many points to use.
const pointSteps = { '+': 'more', '=': 'more', '-': 'less', '−': 'less' }

/** The key of a button, to stand on it. */
export const keyOf = act => Object.entries(buttons).find(([, one]) => one === act)?.[0] ?? ''

const press = selector => {
  const button = document.querySelector(selector)
  button?.click()
  return button !== null
}

const isWritten = target => target.tagName === 'INPUT' && target.id !== 'scan'

/** Listens to the keys of the whole page; `trying` says what went wrong. */
export const listen = trying => {
  document.addEventListener('keydown', event => {
    const { key, target } = event
    const isBusy = sale.over !== null || sale.committed !== null
    if (key in choices) {
      event.preventDefault()
      if (!isBusy) void trying(use)(choices[key])
    } else if (key in buttons) {
      event.preventDefault()
      if (!isBusy) press(`[data-act="${buttons[key]}"]`)
    } else if (sale.over !== null && !isWritten(target) && !(key === 'Enter' && target.tagName === 'BUTTON')) {
      // A code on its way from the scanner ends with Enter too.
      if (key === 'Enter' && document.querySelector('#scan')?.value) return
      if (overKey(key, trying)) event.preventDefault()
    } else if (!isBusy && key === 'Escape') {
      // What was begun last says by itself that Esc leaves it.
      press('[data-esc]')
    } else if (!isBusy && key in pointSteps && !isWritten(target) && !document.querySelector('#scan')?.value) {
      if (press(`[data-points="${pointSteps[key]}"]`)) event.preventDefault()
    }
    // What the scanner says next belongs into its input, wherever somebody has tapped.
    if (document.activeElement === document.body) document.querySelector('#scan')?.focus({ preventScroll: true })
  })
}
