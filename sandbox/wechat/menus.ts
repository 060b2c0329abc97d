import { ok, refuse, type Answer } from './answer.ts'
import { type Endpoint, text } from './call.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const problem = (buttons: unknown, most: number, nested: boolean): Answer | null => {
  if (!Array.isArray(buttons) || buttons.length === 0 || buttons.length > most)
    return refuse(40016, 'invalid button size')
  for (const button of buttons) {
    if (!isObject(button)) return refuse(40016, 'invalid button size')
    const name = text(button, 'name')
    // wechat-protocol §3.5 [U]: 16 bytes for the first level, 60 for the second.
    if (name === '' || Buffer.byteLength(name) > (nested ? 60 : 16)) return refuse(40018, 'invalid button name size')
    if (button['sub_button'] !== undefined && !nested) {
      const inner = problem(button['sub_button'], 5, true)
      if (inner !== null) return inner
      continue
    }
    const type = text(button, 'type')
    if (type === 'click' && (text(button, 'key') === '' || Buffer.byteLength(text(button, 'key')) > 128))
      return refuse(40019, 'invalid button key size')
    if (type === 'view' && text(button, 'url') === '') return refuse(40020, 'invalid button url size')
    if (!['click', 'view', 'miniprogram', 'scancode_push', 'scancode_waitmsg'].includes(type))
      return refuse(40017, 'invalid button type')
  }
  return null
}

/** wechat-protocol §3.5: at most three entries of at most five. */
export const menuEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/menu/create': {
    method: 'POST',
    auth: 'token',
    run: ({ world, account, data }) => {
      const wrong = problem(data['button'], 3, false)
      if (wrong !== null) return wrong
      world.menus.set(account.appId, { button: data['button'] })
      world.changes.count++
      return ok()
    },
  },
  '/cgi-bin/menu/get': {
    method: 'GET',
    auth: 'token',
    run: ({ world, account }) => {
      const menu = world.menus.get(account.appId)
      return menu === undefined ? refuse(46003, 'menu no exist') : { menu }
    },
  },
  '/cgi-bin/menu/delete': {
    method: 'GET',
    auth: 'token',
    run: ({ world, account }) => {
      world.menus.delete(account.appId)
      world.changes.count++
      return ok()
    },
  },
}
