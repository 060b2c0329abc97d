import type { Db, Tx } from '../../../kernel/db.ts'
import { followers, SEND_NOW, thingField, type WechatApi } from '../../wechat/index.ts'
import type { MembersApi } from '../../members/index.ts'
import { addressesOf } from '../../segments/index.ts'
import type { Ticket } from '../repository/index.ts'

/** How an answer travels to the shopper. */
export type AnswerRoute = 'customer_service' | 'subscribe' | 'redDot'

/** A way that is open now. */
export interface Way {
  readonly route: AnswerRoute
  readonly left: number | null
  readonly until: Date | null
  readonly appId: string
  readonly openid: string
  readonly templateId: string
}

const RED_DOT: Way = { route: 'redDot', left: null, until: null, appId: '', openid: '', templateId: '' }
const ORDER: readonly AnswerRoute[] = ['customer_service', 'subscribe', 'redDot']

/** Which ways to the shopper are open, and how an answer is put on one. */
export function createWays(db: Db, wechat: WechatApi, members: Pick<MembersApi, 'openidsOf'>) {
  /** Where the writer may be heard in an official account. What staff opened has no openid: the member's own are asked. */
  async function officialsOf(ticket: Ticket): Promise<readonly { appId: string; openid: string }[]> {
    if (ticket.channel === 'official') return [ticket]
    if (ticket.unionid !== null)
      return followers(db).where('wechat_follower.unionid', '=', ticket.unionid).limit(1).execute()
    if (ticket.channel !== 'desk' || ticket.memberId === null) return []
    return (await addressesOf(db, ticket.memberId)).filter(
      ({ appId }) => wechat.accounts.byId(appId)?.kind === 'official',
    )
  }

  async function miniOf(ticket: Ticket): Promise<{ appId: string; openid: string } | null> {
    if (ticket.channel === 'mini') return ticket
    if (ticket.memberId === null) return null
    const mini = wechat.accounts.all.find(account => account.kind === 'miniprogram')
    return (await members.openidsOf(db, [ticket.memberId])).find(row => row.appId === mini?.appId) ?? null
  }

  async function customerService(ticket: Ticket): Promise<Way | null> {
    for (const { appId, openid } of await officialsOf(ticket)) {
      const window = await wechat.windowOf({ appId, openid })
      if (window !== null) return { route: 'customer_service', ...window, appId, openid, templateId: '' }
    }
    return null
  }

  async function subscribe(ticket: Ticket): Promise<Way | null> {
    const templateId = wechat.accounts.templateOf('miniprogram', 'ticketReplied')
    const person = templateId === null ? null : await miniOf(ticket)
    if (person === null || templateId === null) return null
    const left = await wechat.creditOf(person, templateId)
    return left === 0
      ? null
      : { route: 'subscribe', left, until: null, appId: person.appId, openid: person.openid, templateId }
  }

  return {
    /** The best way that is open; after one has failed, only those that come after it. */
    async best(ticket: Ticket, after?: AnswerRoute): Promise<Way> {
      const from = after === undefined ? 0 : ORDER.indexOf(after) + 1
      if (from <= 0) {
        const way = await customerService(ticket)
        if (way !== null) return way
      }
      if (from <= 1) {
        const way = await subscribe(ticket)
        if (way !== null) return way
      }
      return RED_DOT
    },
    /** Puts an answer on its way, in the caller's transaction; a red dot needs no message. */
    async send(tx: Tx, ticket: Ticket, way: Way, text: string, key: string): Promise<void> {
      if (way.route === 'redDot') return
      const body =
        way.route === 'customer_service'
          ? { text }
          : {
              fields: { thing1: thingField(ticket.subject), thing2: thingField(text) },
              page: `packages/service/thread/thread?ticketId=${ticket.id}`,
            }
      const { route, appId, openid, templateId } = way
      await wechat.plan(tx, [
        { key, group: SEND_NOW, route, purpose: 'service', appId, openid, templateId, body, asked: true },
      ])
    },
  }
}
export type Ways = ReturnType<typeof createWays>
