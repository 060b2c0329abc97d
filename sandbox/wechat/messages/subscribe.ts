import { changed, show } from '../../state/world.ts'
import { type Answer, bareId, ok, refuse } from '../answer.ts'
import { both, type Call, type Endpoints, judging, mini, object, official, personOf, text } from '../call.ts'
import { readFields } from '../template-fields.ts'
import { pageExists } from './content.ts'
import { contentOf, dropTemplate, leadOf, templateOf } from './template.ts'
import type { PushFields } from '../../callbacks/envelope.ts'

const sentEvent = ({ account, world, pushes }: Call, openid: string, templateId: string, msgId: string): void => {
  if (!world.settings.resultEvents) return
  const result = { TemplateId: templateId, MsgID: msgId, ErrorCode: '0', ErrorStatus: 'success' }
  // JSON pushes have no wrapper, and a single element is a bare object (wechat-protocol §1.6).
  const list: PushFields = account.format === 'json' ? { List: result } : { SubscribeMsgSentEvent: { List: result } }
  pushes.job(account, openid, world.settings.resultEventAfterMs, {
    MsgType: 'event',
    Event: 'subscribe_msg_sent_event',
    ...list,
  })
}

/** wechat-protocol §3.2, §4.2: one accept is good for one message, then 43101; who follows or not does not matter. */
const send =
  (leads: (call: Call) => { pageAppId?: string; page?: string; url?: string } | number) =>
  (call: Call): Answer => {
    const { world, account, data } = call
    const openid = text(data, 'touser')
    const person = personOf(call, openid)
    if (person === undefined) return refuse(40003)
    const template = templateOf(call, text(data, 'template_id'))
    if (template === undefined) return refuse(40037)
    const read = readFields(template, data, world.settings.strictFields)
    if ('wrong' in read) return refuse(47003, read.wrong)
    const lead = leads(call)
    if (typeof lead === 'number') return refuse(lead)
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
      ...lead,
    })
    changed(world, person)
    sentEvent(call, openid, template.templateId, msgId)
    return ok({ msgid: bareId(msgId) })
  }

const ofMiniprogram = send(({ world, account, data }) =>
  pageExists(world, account.appId, text(data, 'page')) ? { pageAppId: account.appId, page: text(data, 'page') } : 41030,
)

const ofOfficial = send(({ world, data }) => {
  const lead = leadOf(world, data)
  return typeof lead === 'number' || text(data, 'page') === '' ? lead : { ...lead, url: text(data, 'page') }
})

/** wechat-protocol §3.2: the one message that somebody agreed to on the subscription page; they need not follow. */
const oneOff = (call: Call): Answer => {
  const { world, account, desk, data } = call
  const openid = text(data, 'touser')
  const person = personOf(call, openid)
  if (person === undefined) return refuse(40003)
  const content = text(object(object(data, 'data') ?? {}, 'content') ?? {}, 'value')
  if (content === '' || content.length > 200 || text(data, 'title').length > 15) return refuse(47003)
  const key = `${openid} ${text(data, 'template_id')} ${text(data, 'scene')}`
  if (!desk.oneTime.delete(key)) return refuse(43101)
  const lead = leadOf(world, data)
  if (typeof lead === 'number') return refuse(lead)
  show(world, person, {
    thread: 'service',
    from: 'account',
    kind: 'subscribe',
    appId: account.appId,
    templateId: text(data, 'template_id'),
    title: text(data, 'title'),
    fields: [{ label: '内容', value: content }],
    ...lead,
  })
  return ok()
}

const mostTemplates = 50
// A small library: what the real one offers is a matter of the account's categories.
const library = [
  { tid: '1001', title: '优惠券到账提醒', type: 2, categoryId: '2' },
  { tid: '1002', title: '积分到账通知', type: 2, categoryId: '2' },
  { tid: '1003', title: '取货提醒', type: 2, categoryId: '2' },
]
const keywords = [
  { kid: 1, name: '事项', example: '满39减5元', rule: 'thing' },
  { kid: 2, name: '时间', example: '2026-11-30', rule: 'time' },
  { kid: 3, name: '数量', example: '86', rule: 'number' },
  { kid: 4, name: '备注', example: '到店使用', rule: 'thing' },
]

const addTemplate = ({ account, data, world }: Call): Answer => {
  const found = library.find(one => one.tid === text(data, 'tid'))
  if (found === undefined) return refuse(200014, 'invalid tid')
  const kids = Array.isArray(data['kidList']) ? data['kidList'] : []
  const chosen = kids.map(kid => keywords.find(one => one.kid === kid))
  if (chosen.length < 2 || chosen.length > 5 || chosen.includes(undefined))
    return refuse(200020, 'invalid keyword list')
  if (Object.keys(account.templates).length >= mostTemplates) return refuse(200012, 'template num exceeds limit')
  const templateId = `sub_${found.tid}_${++world.counters.msg}`
  const fields = chosen.flatMap(one => (one === undefined ? [] : [{ key: `${one.rule}${one.kid}`, label: one.name }]))
  account.templates = { ...account.templates, [templateId]: { templateId, title: found.title, fields } }
  return ok({ priTmplId: templateId })
}

/** wechat-protocol §3.2, §4.2: subscribe messages of both kinds of account, and their library. */
export const subscribeEndpoints: Endpoints = {
  '/cgi-bin/message/subscribe/send': judging(mini(ofMiniprogram)),
  '/cgi-bin/message/subscribe/bizsend': judging(official(ofOfficial)),
  '/cgi-bin/message/template/subscribe': judging(official(oneOff)),
  '/wxaapi/newtmpl/getcategory': both(() => ok({ data: [{ id: 2, name: '生活服务' }] })),
  '/wxaapi/newtmpl/getpubtemplatetitles': both(({ query }) => {
    const start = Number(query.get('start') ?? 0)
    return ok({ count: library.length, data: library.slice(start, start + Number(query.get('limit') ?? 30)) })
  }),
  '/wxaapi/newtmpl/getpubtemplatekeywords': both(({ query }) =>
    library.some(one => one.tid === query.get('tid'))
      ? ok({ count: keywords.length, data: keywords })
      : refuse(200014, 'invalid tid'),
  ),
  '/wxaapi/newtmpl/gettemplate': both(({ account }) =>
    ok({
      data: Object.values(account.templates).map(template => ({
        priTmplId: template.templateId,
        title: template.title,
        content: contentOf(template),
        example: '',
        type: 2,
      })),
    }),
  ),
  '/wxaapi/newtmpl/addtemplate': both(addTemplate),
  '/wxaapi/newtmpl/deltemplate': both(call =>
    dropTemplate(call, text(call.data, 'priTmplId')) ? ok() : refuse(200014, 'invalid template id'),
  ),
}
