import { sql } from 'kysely'
import { affected, type Tx } from '../../../kernel/db.ts'

interface Person {
  readonly appId: string
  readonly openid: string
}

/** Pushes that say where somebody is, and nothing else. */
const PLACES = ['LOCATION', 'location_select']

/** Empties the pushes that told where a person was; returns how many. */
export const forgetPlaces = async (tx: Tx, { appId, openid }: Person): Promise<number> =>
  affected(
    await tx
      .updateTable('wechat_inbound')
      .set({ payloadJson: '{}' })
      .where('appId', '=', appId)
      .where('openid', '=', openid)
      .where('event', 'in', PLACES)
      .where('payloadJson', '<>', '{}')
      .executeTakeFirstOrThrow(),
  )

/** Takes the person out of the answers at moments: the counts of the day stay. Returns how many. */
export const forgetAsks = async (tx: Tx, { appId, openid }: Person): Promise<number> =>
  affected(
    await tx
      .updateTable('wechat_ask')
      // The key of an answer holds the openid.
      .set({ openid: '', askKey: sql<string>`concat('gone:', sha2(askKey, 256))` })
      .where('appId', '=', appId)
      .where('openid', '=', openid)
      .executeTakeFirstOrThrow(),
  )

/** Empties pushes that have been worked. */
export const emptyPushes = (tx: Tx, ids: readonly string[]) =>
  tx.updateTable('wechat_inbound').set({ payloadJson: '{}', replyJson: null }).where('id', 'in', ids).execute()
