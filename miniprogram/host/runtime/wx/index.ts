import { account } from './account.ts'
import { device } from './device.ts'
import { payment } from './payment.ts'
import { media } from './media.ts'
import { request } from './request.ts'
import { screen } from './screen.ts'

const offered: Record<string, unknown> = { ...account, ...device, ...screen, ...media, ...payment, request }
const warned = new Set<string>()

/** The `wx` object of the host. A listener it does not know does nothing; any other unknown function is reported once and is undefined. */
export const wx = new Proxy(offered, {
  get(target, name) {
    if (typeof name === 'symbol' || name in target) return target[name as string]
    if (/^(on|off)[A-Z]/.test(name)) return () => {}
    if (!warned.has(name)) {
      warned.add(name)
      // oxlint-disable-next-line no-console
      console.warn(`wx.${name} is not part of the browser host`)
    }
    return undefined
  },
})
