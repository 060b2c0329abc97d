import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { addDays } from '../../../kernel/clock.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { scopeWhere } from '../../../kernel/scope.ts'
import type { Rule, Rules } from '../contract.ts'

/** What the modules below let us read, one row per member each. */
export interface Relations {
  /** Active members. */
  readonly members: Expression<{ memberId: string; homeStoreCode: string | null }>
  /** What members bought since a business date (null = ever): net in yuan, number of purchases, day of the last one. */
  purchases(
    since: string | null,
  ): Expression<{ memberId: string; net: string; orders: number; lastDate: string | null }>
  /** Who bought one of the categories (with all below them) or products since a business date. */
  bought(what: 'category' | 'product', codes: readonly string[], since: string | null): Expression<{ memberId: string }>
  readonly balances: Expression<{ memberId: string; balance: number }>
  /** Members who follow the official account now. */
  readonly followers: Expression<{ memberId: string }>
}

type Condition = RawBuilder<SqlBool>

/** Integer fen as a decimal of yuan, exactly. */
const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`

/** The first of so many days, today included. */
const sinceOf = (days: number | null, today: string): string | null => (days === null ? null : addDays(today, 1 - days))

/**
 * Compares a value that a member without a row has as 0. Members without a row are in when 0 is: then those are taken
 * out whose value says no, otherwise those are taken whose value says yes.
 */
function compared(
  rows: Expression<unknown>,
  column: string,
  compare: 'atLeast' | 'atMost',
  bound: number | string,
): Condition {
  const value = sql.ref(`r.${column}`)
  const zeroIsIn = compare === 'atLeast' ? Number(bound) <= 0 : Number(bound) >= 0
  const yes = compare === 'atLeast' ? sql`${value} >= ${bound}` : sql`${value} <= ${bound}`
  const no = compare === 'atLeast' ? sql`${value} < ${bound}` : sql`${value} > ${bound}`
  return zeroIsIn
    ? sql`m.memberId not in (select r.memberId from (${rows}) as r where ${no})`
    : sql`m.memberId in (select r.memberId from (${rows}) as r where ${yes})`
}

function condition(rule: Rule, from: Relations, today: string): Condition {
  switch (rule.kind) {
    case 'spent':
      return compared(from.purchases(sinceOf(rule.days, today)), 'net', rule.compare, yuan(rule.fen))
    case 'orders':
      return compared(from.purchases(sinceOf(rule.days, today)), 'orders', rule.compare, rule.count)
    case 'lastOrder': {
      const day = addDays(today, -rule.days)
      const last = rule.compare === 'within' ? sql`r.lastDate >= ${day}` : sql`r.lastDate < ${day}`
      return sql`m.memberId in (select r.memberId from (${from.purchases(null)}) as r where ${last})`
    }
    case 'bought':
      return sql`m.memberId in (select r.memberId from (${from.bought(rule.what, rule.codes, sinceOf(rule.days, today))}) as r)`
    case 'points':
      return compared(from.balances, 'balance', rule.compare, rule.points)
    case 'follows':
      return sql`m.memberId in (select r.memberId from (${from.followers}) as r)`
  }
}

/** The members of a description within a scope, as one query: memberId, homeStoreCode. Decided by the shop's day `today`. */
export function compile(
  rules: Rules,
  scope: Scope,
  from: Relations,
  today: string,
): RawBuilder<{ memberId: string; homeStoreCode: string | null }> {
  const of = (list: readonly Rule[]) => list.map(rule => condition(rule, from, today))
  const conditions: Condition[] = [scopeWhere(scope, 'm.homeStoreCode'), ...of(rules.all)]
  if (rules.any.length > 0) conditions.push(sql`(${sql.join(of(rules.any), sql` or `)})`)
  if (rules.none.length > 0) conditions.push(sql`not (${sql.join(of(rules.none), sql` or `)})`)
  return sql`select m.memberId, m.homeStoreCode from (${from.members}) as m where ${sql.join(conditions, sql` and `)}`
}
