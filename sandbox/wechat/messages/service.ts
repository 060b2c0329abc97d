import { show } from '../../state/world.ts'
import { type Answer, ok, refuse } from '../answer.ts'
import { both, type Call, type Endpoints, judging, personOf, text } from '../call.ts'
import { takeTurn } from '../windows.ts'
import { readContent } from './content.ts'

/** wechat-protocol §3.3: customer-service messages inside the windows; nothing makes a repeat harmless here. */
const send = (call: Call): Answer => {
  const { world, account, data } = call
  const person = personOf(call, text(data, 'touser'))
  if (person === undefined) return refuse(40003)
  const content = readContent(call, text(data, 'msgtype'))
  if (typeof content === 'number') return refuse(content)
  if (person.blacklisted[account.appId] === true) return refuse(43019)
  if (person.muted[account.appId] === true) return refuse(48002)
  const turn = takeTurn(world, person, account.appId)
  if (turn !== 0) return refuse(turn)
  show(world, person, { thread: account.appId, from: 'account', appId: account.appId, way: 'custom', ...content })
  return ok()
}

const typingShownMs = 15_000
const interactedMs = 30_000
const typingUntil = new WeakMap<object, Map<string, number>>()

/** wechat-protocol §2.4: only within 30 s of something the person did, and not twice at once. */
const typing = (call: Call): Answer => {
  const { world, account, data } = call
  const person = personOf(call, text(data, 'touser'))
  if (person === undefined) return refuse(40003)
  const command = text(data, 'command')
  if (command !== 'Typing' && command !== 'CancelTyping') return refuse(45072)
  const until = typingUntil.get(world) ?? new Map<string, number>()
  typingUntil.set(world, until)
  const key = text(data, 'touser')
  const now = world.now()
  const tell = (on: boolean): void => world.live.tell(person.id, 'typing', { thread: account.appId, on })
  if (command === 'CancelTyping') {
    until.delete(key)
    tell(false)
    return ok()
  }
  const last = person.lastDid[account.appId] ?? -Infinity
  if (now - last > interactedMs) return refuse(45080)
  if ((until.get(key) ?? 0) > now) return refuse(45081)
  until.set(key, now + typingShownMs)
  tell(true)
  return ok()
}

/** Customer-service messages of official accounts and mini-programs. */
export const serviceEndpoints: Endpoints = {
  '/cgi-bin/message/custom/send': judging(both(send)),
  '/cgi-bin/message/custom/typing': judging(both(typing)),
}
