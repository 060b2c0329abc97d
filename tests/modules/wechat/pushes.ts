import { miniprogramAccount, officialAccount, serverAccounts, type SandboxAccount } from '../../../sandbox/accounts.ts'
import { seal, type PushFields } from '../../../sandbox/callbacks/envelope.ts'

/** The configuration of a shop whose WeChat is at `platform`. */
export const wechatEnv = (
  platform = 'http://127.0.0.1:9',
  mode: SandboxAccount['mode'] = 'safe',
): Record<string, string> => ({
  WECHAT_ACCOUNTS: JSON.stringify(serverAccounts(platform, [{ ...officialAccount, mode }, miniprogramAccount])),
})

export const official = officialAccount

/** A push of the official account, signed and sealed as WeChat does it. */
export function push(openid: string, seconds: number, fields: PushFields, mode: SandboxAccount['mode'] = 'safe') {
  const account = { ...officialAccount, mode }
  return seal(account, openid, seconds, {
    ToUserName: account.originalId,
    FromUserName: openid,
    CreateTime: seconds,
    ...fields,
  })
}

/** Posts to the shop's door and tells what came back. */
export async function post(
  url: string,
  query: string,
  body: string | Buffer,
  appId = officialAccount.appId,
): Promise<{ status: number; text: string }> {
  const reply = await fetch(`${url}/wechat/${appId}?${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml' },
  })
  return { status: reply.status, text: await reply.text() }
}

/** Pushes and expects to be let in. */
export async function deliver(url: string, openid: string, seconds: number, fields: PushFields): Promise<string> {
  const { query, body } = push(openid, seconds, fields)
  const { status, text } = await post(url, query, body)
  if (status !== 200) throw new Error(`refused: ${status} ${text}`)
  return text
}
