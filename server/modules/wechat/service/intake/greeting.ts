import type { ReplyFor } from './reply.ts'

const WELCOME = '欢迎光临!点下方菜单「会员码」免费开卡,买菜攒积分;有问题直接在这里留言,客服会回复您。'
const ASK = '请直接在这里留言:想问什么、是哪家门店。客服会尽快回复您。'

/** What an account says that has no rules of its own: a welcome, and where to write. */
export const greeting: ReplyFor = (account, { content }) => {
  if (account.kind !== 'official') return null
  if (content.kind === 'followed') return { reply: { kind: 'text', text: WELCOME }, note: null }
  return content.kind === 'menuClicked' ? { reply: { kind: 'text', text: ASK }, note: null } : null
}
