import { endpoints, WechatError, type Input, type TemplateData } from 'wechat-api-ts'
import type { LeasedMessage } from '../repository/sending.ts'
import type { Account, Accounts } from './accounts.ts'
import { Body } from './body.ts'
import type { WithMaterials } from './replies/lost-materials.ts'

const noAccount = (detail: string): WechatError =>
  new WechatError({ kind: 'unreachable', fate: 'notDone', path: '', code: 40013, detail })

const valuesOf = (fields: TemplateData): Record<string, { value: string }> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { value }]))

/** The body of a customer-service message of any type. */
const serviceMessage = (openid: string, { text, content }: Body): Input<typeof endpoints.service.send> =>
  endpoints.service.send.body.parse(
    content === undefined
      ? { touser: openid, msgtype: 'text', text: { content: text ?? '' } }
      : { ...content, touser: openid },
  )

/** Asks WeChat to send one message by its route; returns WeChat's id of it where there is one, else throws WechatError. */
export function createCall(accounts: Accounts, withMaterials: WithMaterials) {
  /** The mini-program page that a message of the official account opens. */
  function pageOf({ page }: Body): { appid: string; pagepath: string } | null {
    const mini = accounts.all.find(({ kind }) => kind === 'miniprogram')
    return page === undefined || mini === undefined ? null : { appid: mini.appId, pagepath: page }
  }

  async function subscribe(
    account: Account,
    { openid, templateId }: LeasedMessage,
    body: Body,
  ): Promise<string | null> {
    const { client, kind } = account
    const data = body.fields ?? {}
    if (kind === 'miniprogram') {
      const page = body.page === undefined ? {} : { page: body.page }
      return (await client.sendSubscribe({ openid, templateId, data, ...page })).msgId
    }
    const miniprogram = pageOf(body)
    const reply = await client.subscribe.bizSend({
      touser: openid,
      template_id: templateId,
      data: valuesOf(data),
      ...(miniprogram === null ? {} : { miniprogram }),
    })
    return reply.msgid ?? null
  }

  async function oneOff({ client }: Account, { openid, templateId }: LeasedMessage, body: Body): Promise<null> {
    const miniprogram = pageOf(body)
    await client.templates.sendOneOff({
      touser: openid,
      template_id: templateId,
      scene: String(body.scene ?? 0),
      title: body.title ?? '',
      data: { content: { value: body.text ?? '' } },
      ...(miniprogram === null ? {} : { miniprogram }),
    })
    return null
  }

  async function template({ client }: Account, message: LeasedMessage, body: Body): Promise<string> {
    const { openid, templateId, clientMsgId } = message
    const page = pageOf(body)
    const { msgId } = await client.sendTemplate({
      openid,
      templateId,
      data: body.fields ?? {},
      ...(clientMsgId === null ? {} : { clientMsgId }),
      ...(page === null ? {} : { miniprogram: { appId: page.appid, path: page.pagepath } }),
    })
    return msgId
  }

  return async (message: LeasedMessage): Promise<string | null> => {
    const account = accounts.byId(message.appId)
    if (account === null) throw noAccount('account not connected')
    const body = Body.parse(JSON.parse(message.bodyJson))
    if (message.route === 'customer_service') {
      await withMaterials(account, serviceMessage(message.openid, body), given => account.client.service.send(given))
      return null
    }
    if (message.route === 'subscribe') return subscribe(account, message, body)
    if (message.route === 'one_off') return oneOff(account, message, body)
    return template(account, message, body)
  }
}
