import { sql } from 'kysely'
import type { Db } from '../../../../kernel/db.ts'

/** A place where the projection says something else than the ledger. */
export interface Difference {
  readonly appId: string
  readonly openid: string
  /** credit <template>, message, touch, mass, or held: what messages hold against what the ledger says they do. */
  readonly what: string
  readonly ledger: number
  readonly projection: number
}

const LIMIT = 100

/** Credits: what the projection says is free and held, against the sums of the ledger. */
async function credits(db: Db): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select appId, openid, concat('credit ', templateId) as what, sum(ledger) as ledger, sum(projection) as projection from (
      select appId, openid, templateId, sum(free) * 1000 + sum(held) as ledger, 0 as projection
      from wechat_right_entry where rightKind = 'credit' group by appId, openid, templateId
      union all
      select appId, openid, templateId, 0, remaining * 1000 + reserved from wechat_credit
    ) as both_sides group by appId, openid, templateId having sum(ledger) <> sum(projection) limit ${LIMIT}`.execute(db)
  return rows
}

/** Windows and months: the count of the newest one, against the ledger's sum over that one. */
async function windows(db: Db, kind: 'message' | 'touch' | 'mass'): Promise<Difference[]> {
  const [count, until] = kind === 'mass' ? ['massUsed', 'massUntil'] : [`${kind}Left`, `${kind}Until`]
  const sign = kind === 'mass' ? -1 : 1
  const { rows } = await sql<Difference>`
    select appId, openid, ${kind} as what, sum(ledger) as ledger, sum(projection) as projection from (
      select e.appId, e.openid, sum(e.free) * ${sign} as ledger, 0 as projection
      from wechat_right_entry as e
      join (select appId, openid, max(until) as newest from wechat_right_entry where rightKind = ${kind} group by appId, openid) as n
        on n.appId = e.appId and n.openid = e.openid and n.newest = e.until
      where e.rightKind = ${kind} group by e.appId, e.openid
      union all
      select appId, openid, 0, ${sql.ref(count)} from wechat_reach where ${sql.ref(until)} is not null
    ) as both_sides group by appId, openid having sum(ledger) <> sum(projection) limit ${LIMIT}`.execute(db)
  return rows
}

/** What open messages hold, against what the ledger says is held. */
async function holdings(db: Db): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select appId, openid, 'held' as what, sum(ledger) as ledger, sum(projection) as projection from (
      select appId, openid, templateId, reserved as ledger, 0 as projection from wechat_credit where reserved <> 0
      union all
      select m.appId, m.openid, m.templateId, 0, 1 from wechat_message as m
      join wechat_credit as c on c.appId = m.appId and c.openid = m.openid and c.templateId = m.templateId
      where m.state in ('planned', 'sending', 'unknown') and m.rightKind = 'credit'
    ) as both_sides group by appId, openid, templateId having sum(ledger) <> sum(projection) limit ${LIMIT}`.execute(db)
  return rows
}

/** Every place (up to a hundred of each kind) where projection, ledger and messages contradict each other; none is the law. */
export async function differences(db: Db): Promise<Difference[]> {
  const found = [
    await credits(db),
    await windows(db, 'message'),
    await windows(db, 'touch'),
    await windows(db, 'mass'),
    await holdings(db),
  ].flat()
  return found.map(row => ({ ...row, ledger: Number(row.ledger), projection: Number(row.projection) }))
}
