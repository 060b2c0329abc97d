import { changed, show, type World } from '../state/world.ts'
import { bareId, ok, refuse } from './answer.ts'
import { type Call, type Endpoint, object, text } from './call.ts'
import { readFields } from './template-fields.ts'
import { takeTurn } from './windows.ts'

const templateOf = ({ account, data }: Call) =>
  Object.values(account.templates).find(template => template.templateId === text(data, 'template_id'))

const personOf = ({ world, account, data }: Call) => {
  const found = world.byOpenid.get(text(data, 'touser'))
  return found?.appId === account.appId ? found.person : undefined
}

const forgetOld = (world: World): void => {
  if (world.clientMsgIds.size < 200_000) return
  const oldest = world.now() - world.settings.clientMsgIdMs
  for (const [key, { at }] of world.clientMsgIds) {
    if (at >= oldest) break
    world.clientMsgIds.delete(key)
  }
}

/** wechat-protocol §3.1: template message; a client_msg_id answers again what it answered first and shows nothing twice. */
const sendTemplate = (call: Call) => {
  const { world, account, data, pushes } = call
  const person = personOf(call)
  if (person === undefined) return refuse(40003)
  const template = templateOf(call)
  if (template === undefined) return refuse(40037)
  const clientMsgId = text(data, 'client_msg_id')
  const key = `${account.appId} ${clientMsgId}`
  if (clientMsgId !== '') {
    const before = world.clientMsgIds.get(key)
    if (before !== undefined && world.now() - before.at < world.settings.clientMsgIdMs)
      return ok({ msgid: bareId(before.msgId) })
  }
  if (person.following[account.appId] === undefined) return refuse(43004)
  const read = readFields(template, data, world.settings.strictFields)
  if ('wrong' in read) return refuse(47003, read.wrong)
  const miniprogram = object(data, 'miniprogram')
  const pageAppId = miniprogram === null ? '' : text(miniprogram, 'appid')
  if (miniprogram !== null && world.accounts.get(pageAppId)?.kind !== 'miniprogram') return refuse(40166)
  const msgId = world.nextMsgId()
  if (clientMsgId !== '') {
    world.clientMsgIds.delete(key)
    world.clientMsgIds.set(key, { msgId, at: world.now() })
    forgetOld(world)
  }
  // Receiving switched off is told only afterwards, by the job's status.
  const muted = person.muted[account.appId] === true
  if (!muted)
    show(world, person, {
      thread: account.appId,
      from: 'account',
      kind: 'template',
      appId: account.appId,
      templateId: template.templateId,
      title: template.title,
      fields: read.fields,
      msgId,
      ...(clientMsgId === '' ? {} : { clientMsgId }),
      ...(miniprogram === null ? {} : { pageAppId, page: text(miniprogram, 'pagepath') }),
      ...(text(data, 'url') === '' ? {} : { url: text(data, 'url') }),
    })
  if (world.settings.resultEvents)
    pushes.templateFinished(account, person, msgId, muted ? 'failed:user block' : 'success')
  return ok({ msgid: bareId(msgId) })
}

/** wechat-protocol §4.2: subscribe message of a mini-program; each accept is good for one, then 43101. */
const sendSubscribe = (call: Call) => {
  const { world, account, data, pushes } = call
  const person = personOf(call)
  if (person === undefined) return refuse(40003)
  const template = templateOf(call)
  if (template === undefined) return refuse(40037)
  const read = readFields(template, data, world.settings.strictFields)
  if ('wrong' in read) return refuse(47003, read.wrong)
  const key = `${account.appId} ${template.templateId}`
  const credits = person.credits[key] ?? 0
  if (credits <= 0) return refuse(43101)
  person.credits[key] = credits - 1
  const msgId = world.nextMsgId()
  show(world, person, {
    thread: 'service',
    from: 'account',
    kind: 'subscribe',
    appId: account.appId,
    templateId: template.templateId,
    title: template.title,
    fields: read.fields,
    msgId,
    pageAppId: account.appId,
    page: text(data, 'page'),
  })
  changed(world, person)
  if (world.settings.resultEvents) pushes.subscribeSent(account, person, template.templateId, msgId)
  return ok({ msgid: bareId(msgId) })
}

const textLimit = 2048

/** wechat-protocol §3.3: customer-service text inside the windows; nothing makes a repeat harmless here. */
const sendCustom = (call: Call) => {
  const { world, account, data } = call
  const person = personOf(call)
  if (person === undefined) return refuse(40003)
  if (text(data, 'msgtype') !== 'text') return refuse(40008)
  const content = text(object(data, 'text') ?? {}, 'content')
  if (content === '') return refuse(44004)
  if (Buffer.byteLength(content) > textLimit) return refuse(45002)
  const turn = takeTurn(world, person, account.appId)
  if (turn !== 0) return refuse(turn)
  show(world, person, {
    thread: account.appId,
    from: 'account',
    kind: 'text',
    appId: account.appId,
    text: content,
    way: 'custom',
  })
  return ok()
}

/** The three sends. */
export const messageEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/message/template/send': {
    method: 'POST',
    auth: 'token',
    run: call => (call.account.kind === 'official' ? sendTemplate(call) : refuse(48001)),
  },
  '/cgi-bin/message/subscribe/send': {
    method: 'POST',
    auth: 'token',
    run: call => (call.account.kind === 'miniprogram' ? sendSubscribe(call) : refuse(48001)),
  },
  '/cgi-bin/message/custom/send': { method: 'POST', auth: 'token', run: sendCustom },
}
