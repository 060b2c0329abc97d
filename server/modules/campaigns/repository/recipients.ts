import { sql, type Expression } from 'kysely'
import { affected, type Db, type Tx } from '../../../kernel/db.ts'
import { moved, tally } from './tally.ts'

type Audience = Expression<{ memberId: string; homeStoreCode: string | null }>
/** Members as one account knows them: memberId, openid. */
type Identities = Expression<{ memberId: string; openid: string }>

/** Freezes an audience in one statement; who is in it already stays as they are. */
export async function freeze(
  tx: Tx,
  campaignId: string,
  audience: Audience,
  people: { identities: Identities; holders: Identities },
  first: { coupon: 'waiting' | 'none'; message: 'waiting' | 'none' },
): Promise<void> {
  const frozen = await sql`
    insert ignore into campaign_recipient (campaignId, memberId, storeCode, openid, coupon, message)
    select ${campaignId}, a.memberId, a.homeStoreCode, coalesce(h.openid, i.openid), ${first.coupon}, ${first.message}
    from (${audience}) as a
    left join (select memberId, min(openid) as openid from (${people.identities}) as i group by memberId) as i on i.memberId = a.memberId
    left join (select memberId, min(openid) as openid from (${people.holders}) as h group by memberId) as h on h.memberId = a.memberId`.execute(
    tx,
  )
  const count = Number(frozen.numAffectedRows ?? 0n)
  await tally(tx, campaignId, [
    { about: 'coupon', outcome: first.coupon, reason: '', people: count },
    { about: 'message', outcome: first.message, reason: '', people: count },
  ])
}

/** The coupon that an audience is to get: how many are left, and who has had as many as one person may. */
interface Benefit {
  readonly left: number
  readonly limitReached: Expression<{ memberId: string }>
}

/** Everybody of an audience, once: first by the coupon they will not get, then by what keeps a message from them. */
interface Funnel {
  readonly audience: number
  readonly hadLimit: number
  readonly noStock: number
  /** Of those who get what there is to get: known in the account, willing too, and with a right to the message too. */
  readonly known: number
  readonly willing: number
  readonly holders: number
}

/**
 * Counts an audience by what can be done for it, in one statement. Coupons go out by member id, so who comes too late for
 * the stock is known beforehand; who gets no coupon gets no message about it.
 */
export async function funnel(
  db: Db,
  audience: Audience,
  people: { identities: Identities; holders: Identities; willing: Expression<{ memberId: string }> | null },
  benefit: Benefit | null,
): Promise<Funnel> {
  const willing = people.willing === null ? sql`` : sql`left join (${people.willing}) as w on w.memberId = a.memberId`
  const says = people.willing === null ? sql`true` : sql`w.memberId is not null`
  const served =
    benefit === null
      ? sql`select memberId, 0 as had, 1 as place from (${audience}) as p`
      : sql`select p.memberId, l.memberId is not null as had,
          row_number() over (partition by l.memberId is not null order by p.memberId) as place
        from (${audience}) as p left join (${benefit.limitReached}) as l on l.memberId = p.memberId`
  const gets = benefit === null ? sql`true` : sql`(a.had = 0 and a.place <= ${benefit.left})`
  const late = benefit === null ? sql`false` : sql`(a.had = 0 and a.place > ${benefit.left})`
  type Counted = Record<keyof Funnel, number | string>
  const { rows } = await sql<Counted>`
    select count(*) as audience, count(if(a.had = 1, 1, null)) as hadLimit, count(if(${late}, 1, null)) as noStock,
      count(if(${gets}, i.memberId, null)) as known, count(if(${gets} and ${says}, i.memberId, null)) as willing,
      count(if(${gets} and ${says}, h.memberId, null)) as holders
    from (${served}) as a
    left join (select distinct memberId from (${people.identities}) as i) as i on i.memberId = a.memberId
    left join (select distinct memberId from (${people.holders}) as h) as h on h.memberId = a.memberId
    ${willing}`.execute(db)
  const [row] = rows
  const of = (key: keyof Funnel): number => Number(row?.[key] ?? 0)
  return {
    audience: of('audience'),
    hadLimit: of('hadLimit'),
    noStock: of('noStock'),
    known: of('known'),
    willing: of('willing'),
    holders: of('holders'),
  }
}

/** The next people whose coupon is to be issued, locked for this piece of work. */
export const waitingForCoupon = (tx: Tx, campaignId: string, limit: number) =>
  tx
    .selectFrom('campaign_recipient')
    .select('memberId')
    .where('campaignId', '=', campaignId)
    .where('coupon', '=', 'waiting')
    .orderBy('memberId')
    .limit(limit)
    .forUpdate()
    .execute()

/** Writes down what became of people's coupons. Who got none gets no message that would speak of it. */
export async function setCoupon(
  tx: Tx,
  campaignId: string,
  memberIds: readonly string[],
  coupon: 'issued' | 'failed',
  reason: string,
): Promise<void> {
  if (memberIds.length === 0) return
  const waiting = tx
    .updateTable('campaign_recipient')
    .where('campaignId', '=', campaignId)
    .where('coupon', '=', 'waiting')
    .where('memberId', 'in', memberIds)
  if (coupon === 'failed') {
    const silent = await waiting
      .set({ message: 'skipped', reason })
      .where('message', '=', 'waiting')
      .executeTakeFirstOrThrow()
    await tally(tx, campaignId, moved('message', affected(silent), 'skipped', reason))
  }
  const result = await waiting.set({ coupon, couponReason: reason }).executeTakeFirstOrThrow()
  await tally(tx, campaignId, moved('coupon', affected(result), coupon, reason))
}

/** The next people whose message is to be planned, locked for this piece of work. */
export const waitingForMessage = (tx: Tx, campaignId: string, limit: number) =>
  tx
    .selectFrom('campaign_recipient')
    .select(['memberId', 'openid'])
    .where('campaignId', '=', campaignId)
    .where('message', '=', 'waiting')
    .orderBy('memberId')
    .limit(limit)
    .forUpdate()
    .execute()

export async function setMessage(
  tx: Tx,
  campaignId: string,
  memberIds: readonly string[],
  message: 'planned' | 'noRight',
  reason: string,
): Promise<void> {
  if (memberIds.length === 0) return
  const result = await tx
    .updateTable('campaign_recipient')
    .set({ message, reason })
    .where('campaignId', '=', campaignId)
    .where('message', '=', 'waiting')
    .where('memberId', 'in', memberIds)
    .executeTakeFirstOrThrow()
  await tally(tx, campaignId, moved('message', affected(result), message, reason))
}

/** Ends what still waits. */
export async function stopRecipients(tx: Tx, campaignId: string, reason: string): Promise<void> {
  const unsent = await tx
    .updateTable('campaign_recipient')
    .set({ message: 'stopped', reason })
    .where('campaignId', '=', campaignId)
    .where('message', '=', 'waiting')
    .executeTakeFirstOrThrow()
  const unissued = await tx
    .updateTable('campaign_recipient')
    .set({ coupon: 'stopped', couponReason: reason })
    .where('campaignId', '=', campaignId)
    .where('coupon', '=', 'waiting')
    .executeTakeFirstOrThrow()
  await tally(tx, campaignId, [
    ...moved('message', affected(unsent), 'stopped', reason),
    ...moved('coupon', affected(unissued), 'stopped', reason),
  ])
}

/** A closed membership is no longer anybody's address. */
export const forgetMember = (db: Db, memberId: string) =>
  db.updateTable('campaign_recipient').set({ openid: null }).where('memberId', '=', memberId).execute()
