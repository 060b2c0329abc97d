import type { NamedEndpoint } from 'wechat-api-ts/endpoints'
import type { Read } from './call.ts'

/** The code of a field that is missing or of another kind, by its name (wechat-protocol §2.4). */
const codes: Record<string, number> = {
  openid: 40003,
  touser: 40003,
  user_id: 40003,
  openid_list: 40031,
  user_list: 40031,
  tagid: 45159,
  template_id: 40037,
  media_id: 40007,
  article_id: 40007,
  menuid: 65301,
  msg_id: 40059,
  js_code: 40029,
  code: 40029,
  grant_type: 40002,
}

const otherwise = 40097

/** 0 when a call has what the table of endpoints says it must have; else WeChat's code for the first field that is wrong. */
export const wrongCode = (row: NamedEndpoint, query: URLSearchParams, { data }: Read): number => {
  const read = row.query.safeParse(Object.fromEntries(query))
  const wrong = read.success ? row.body.safeParse(data) : read
  if (wrong.success) return 0
  const field = wrong.error.issues[0]?.path[0]
  return codes[String(field)] ?? otherwise
}
