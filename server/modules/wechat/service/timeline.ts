import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Person } from '../repository/rights/ledger.ts'
import { Body, readableText } from './body.ts'
import { reasonText } from './reasons.ts'

const TEXT = 120

/** Messages to a person's addresses before a place, newest planned first: what was sent, by which route, what became of it and why. */
export async function sentBefore(
  db: Db,
  people: readonly Person[],
  { before, limit, language }: { before: { at: Date; id: string }; limit: number; language: Language },
) {
  if (people.length === 0) return []
  const rows = await db
    .selectFrom('wechat_message')
    .select(['id', 'plannedAt', 'state', 'route', 'reason', 'bodyJson'])
    .where(eb => eb.or(people.map(({ appId, openid }) => eb.and([eb('appId', '=', appId), eb('openid', '=', openid)]))))
    .where(sql<boolean>`(plannedAt < ${before.at} or (plannedAt = ${before.at} and id < ${before.id}))`)
    .orderBy('plannedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    id: row.id,
    at: row.plannedAt,
    what: row.state,
    detail: row.route,
    text: readableText(Body.parse(JSON.parse(row.bodyJson)))
      .trim()
      .replaceAll(/\s*\n\s*/g, ' · ')
      .slice(0, TEXT),
    note: reasonText(row.reason, language),
  }))
}
