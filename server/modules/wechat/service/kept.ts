import type { Db } from '../../../kernel/db.ts'
import { messagesOfPeople } from '../repository/messages.ts'
import type { Person } from '../repository/rights/ledger.ts'
import { Body, readableText } from './body.ts'

const AT_ONCE = 500

/** What WeChat carried between a person and the shop, as plain values for a copy of their data: sent, and written to us. */
export async function keptOfPeople(db: Db, people: readonly Person[]) {
  const sent = []
  for (let before: string | null = null; ;) {
    const rows = await messagesOfPeople(db, people, before, AT_ONCE)
    for (const { appId, route, purpose, bodyJson, state, plannedAt, settledAt } of rows)
      sent.push({
        appId,
        route,
        purpose,
        text: readableText(Body.parse(JSON.parse(bodyJson))).trim(),
        state,
        plannedAt,
        settledAt,
      })
    if (rows.length < AT_ONCE) break
    before = rows.at(-1)?.id ?? null
  }
  const received =
    people.length === 0
      ? []
      : await db
          .selectFrom('wechat_inbound')
          .select(['appId', 'kind', 'event', 'sentAt', 'payloadJson as content'])
          .where(eb =>
            eb.or(people.map(({ appId, openid }) => eb.and([eb('appId', '=', appId), eb('openid', '=', openid)]))),
          )
          .orderBy('id')
          .execute()
  return { sent, received }
}
