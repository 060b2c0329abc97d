import type { Template } from '../../accounts.ts'
import { show, type World } from '../../state/world.ts'
import { type Answer, bareId, ok, refuse } from '../answer.ts'
import { type Call, type Endpoints, judging, object, official, personOf, text, texts } from '../call.ts'
import { readFields } from '../template-fields.ts'
import { pageExists } from './content.ts'

/** The template of an id that this account has. */
export const templateOf = ({ account }: Pick<Call, 'account'>, id: string): Template | undefined =>
  Object.values(account.templates).find(template => template.templateId === id)

/** Where a tap on the message leads, or the code of what is wrong with it (wechat-protocol §3.1). */
export const leadOf = (world: World, data: Record<string, unknown>) => {
  const miniprogram = object(data, 'miniprogram')
  const url = text(data, 'url') === '' ? {} : { url: text(data, 'url') }
  if (miniprogram === null) return url
  const pageAppId = text(miniprogram, 'appid')
  const page = text(miniprogram, 'pagepath')
  if (world.accounts.get(pageAppId)?.kind !== 'miniprogram') return 40166
  return pageExists(world, pageAppId, page) ? { ...url, pageAppId, page } : 40165
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
const send = (call: Call): Answer => {
  const { world, account, data, pushes } = call
  const person = personOf(call, text(data, 'touser'))
  if (person === undefined) return refuse(40003)
  const template = templateOf(call, text(data, 'template_id'))
  if (template === undefined) return refuse(40037)
  const clientMsgId = text(data, 'client_msg_id')
  const key = `${account.appId} ${clientMsgId}`
  if (clientMsgId !== '') {
    const before = world.clientMsgIds.get(key)
    if (before !== undefined && world.now() - before.at < world.settings.clientMsgIdMs)
      return ok({ msgid: bareId(before.msgId) })
  }
  if (person.following[account.appId] === undefined) return refuse(43004)
  if (person.blacklisted[account.appId] === true) return refuse(43019)
  const read = readFields(template, data, world.settings.strictFields)
  if ('wrong' in read) return refuse(47003, read.wrong)
  const lead = leadOf(world, data)
  if (typeof lead === 'number') return refuse(lead)
  const msgId = world.nextMsgId()
  if (clientMsgId !== '') {
    world.clientMsgIds.delete(key)
    world.clientMsgIds.set(key, { msgId, at: world.now() })
    forgetOld(world)
  }
  // Receiving switched off is told only afterwards, by the job's status.
  const muted = person.muted[account.appId] === true
  const failed = !muted && world.chance.happens(world.settings.templateFailRate)
  if (!muted && !failed)
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
      ...lead,
    })
  if (world.settings.resultEvents)
    pushes.job(account, person.openids[account.appId] ?? '', world.settings.resultEventAfterMs, {
      MsgType: 'event',
      Event: 'TEMPLATESENDJOBFINISH',
      MsgID: msgId,
      Status: muted ? 'failed:user block' : failed ? 'failed: system failed' : 'success',
    })
  return ok({ msgid: bareId(msgId) })
}

const mostTemplates = 25

const add = ({ account, data, world }: Call): Answer => {
  const short = text(data, 'template_id_short')
  if (short === '') return refuse(40037)
  if (Object.keys(account.templates).length >= mostTemplates) return refuse(45026)
  const keywords = texts(data, 'keyword_name_list') ?? ['事项', '说明']
  const templateId = `tmpl_${short.toLowerCase()}_${++world.counters.msg}`
  account.templates = {
    ...account.templates,
    [templateId]: {
      templateId,
      title: `模板 ${short}`,
      fields: keywords.map((label, at) => ({ key: `thing${at + 1}`, label })),
    },
  }
  return ok({ template_id: templateId })
}

/** Removes a template from an account; whether it had it. */
export const dropTemplate = ({ account }: Pick<Call, 'account'>, id: string): boolean => {
  const left = Object.entries(account.templates).filter(([, template]) => template.templateId !== id)
  const had = left.length < Object.keys(account.templates).length
  account.templates = Object.fromEntries(left)
  return had
}

/** A template's text with its parameters, as the lists show it. */
export const contentOf = (template: Template): string =>
  template.fields.map(({ key, label }) => `${label}:{{${key}.DATA}}`).join('\n')

/** wechat-protocol §3.1: sending, and the account's templates. */
export const templateEndpoints: Endpoints = {
  '/cgi-bin/message/template/send': judging(official(send)),
  '/cgi-bin/template/api_add_template': official(add),
  '/cgi-bin/template/del_private_template': official(call =>
    dropTemplate(call, text(call.data, 'template_id')) ? ok() : refuse(40037),
  ),
  '/cgi-bin/template/get_all_private_template': official(({ account }) => ({
    template_list: Object.values(account.templates).map(template => ({
      template_id: template.templateId,
      title: template.title,
      primary_industry: '商业服务',
      deputy_industry: '零售',
      content: contentOf(template),
      example: '',
    })),
  })),
  '/cgi-bin/template/api_set_industry': official(() => ok()),
  '/cgi-bin/template/get_industry': official(() => ({
    primary_industry: { first_class: '商业服务', second_class: '零售' },
    secondary_industry: { first_class: '消费品', second_class: '消费品' },
  })),
}
