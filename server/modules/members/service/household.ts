import { randomInt } from 'node:crypto'
import { affected, inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { membersErrors } from '../contract.ts'
import { householdJoined } from '../events.ts'
import { membersRepository } from '../repository/members.ts'
import type { Caller, StaffCaller } from '../../../kernel/http/caller.ts'
import type { MembersDeps } from './deps.ts'
import type { Desk } from './desk.ts'
import { handOn } from './household-head.ts'
import type { Evidence } from './merge.ts'
import { maskedName } from './personal.ts'

/** Letters and digits that nobody mistakes for one another when they are read aloud. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const CODE_LENGTH = 8
const CODE_LASTS_MS = 24 * 3_600_000
const TRIES_A_DAY = 10

/** A member sent away, or who heads the household once its head has left. */
interface Leaving {
  readonly memberId?: string | undefined
  readonly newHeadId?: string | undefined
}

/**
 * Who is the head of each member's household; members without one, and heads, are left out. `held` keeps it so until the
 * transaction ends.
 */
export async function headsOf(
  db: Db,
  memberIds: readonly string[],
  { held = false }: { held?: boolean } = {},
): Promise<Map<string, string>> {
  if (memberIds.length === 0) return new Map()
  const rows = db.selectFrom('household_member').select(['memberId', 'headId']).where('memberId', 'in', memberIds)
  return new Map((await (held ? rows.forUpdate() : rows).execute()).map(row => [row.memberId, row.headId]))
}

/** A household whose last member has gone, and to which nobody is invited, is none any more. */
async function endEmpty(tx: Tx, headId: string, now: Date): Promise<void> {
  // Held first: somebody may be joining by the word in this moment.
  const household = await tx
    .selectFrom('household')
    .select('codeUntil')
    .where('headId', '=', headId)
    .forUpdate()
    .executeTakeFirst()
  if (household === undefined || (household.codeUntil !== null && household.codeUntil > now)) return
  const left = await tx
    .selectFrom('household_member')
    .select('memberId')
    .where('headId', '=', headId)
    .limit(1)
    .executeTakeFirst()
  if (left === undefined) await tx.deleteFrom('household').where('headId', '=', headId).execute()
}

/**
 * 家庭账户. The simplest model that is honest: everybody keeps a card and receipts of their own; what members earn goes
 * to the head's account by an entry that says whose it was, and the head spends it. Who leaves, leaves with what they earn
 * from then on.
 */
export function households(deps: MembersDeps, desk: Pick<Desk, 'inReach'>) {
  const { db, clock, vault, redis, config } = deps
  const limit = config.HOUSEHOLD_LIMIT

  async function view(memberId: string) {
    const headId =
      (await headsOf(db, [memberId])).get(memberId) ??
      (await db.selectFrom('household').select('headId').where('headId', '=', memberId).executeTakeFirst())?.headId
    if (headId === undefined)
      return { limit, role: 'none' as const, headId: null, headName: '', members: [], code: null, codeUntil: null }
    const [head, rows, household] = [
      await membersRepository(db).find(headId),
      await db.selectFrom('household_member').selectAll().where('headId', '=', headId).orderBy('place').execute(),
      await db.selectFrom('household').selectAll().where('headId', '=', headId).executeTakeFirst(),
    ]
    const people = new Map(
      (await membersRepository(db).findMany(rows.map(row => row.memberId))).map(one => [one.id, one]),
    )
    const isHead = headId === memberId
    const isGood = household?.codeUntil !== null && household !== undefined && household.codeUntil > clock.now()
    return {
      limit,
      role: isHead ? ('head' as const) : ('member' as const),
      headId,
      headName: maskedName(vault, head?.nameSealed ?? null),
      members: rows.map(row => ({
        memberId: row.memberId,
        name: maskedName(vault, people.get(row.memberId)?.nameSealed ?? null),
        joinedAt: row.joinedAt,
      })),
      code: isHead && isGood ? household.code : null,
      codeUntil: isHead && isGood ? household.codeUntil : null,
    }
  }

  /** Eight letters are many, but whoever guesses all day should not get far. */
  async function countTry(memberId: string): Promise<void> {
    const key = `${config.REDIS_PREFIX}:household:${memberId}`
    const tries = await redis.incr(key)
    if (tries === 1) await redis.expire(key, 86_400)
    if (tries > TRIES_A_DAY) throw membersErrors.householdTooOften()
  }

  return {
    view,

    async invite(memberId: string) {
      if (limit === 0) throw membersErrors.householdOff()
      if ((await headsOf(db, [memberId])).has(memberId)) throw membersErrors.householdNotHead()
      const now = clock.now()
      const code = Array.from({ length: CODE_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('')
      const row = { code, codeUntil: new Date(now.getTime() + CODE_LASTS_MS) }
      await db
        .insertInto('household')
        .values({ headId: memberId, ...row, createdAt: now })
        .onDuplicateKeyUpdate(row)
        .execute()
      return view(memberId)
    },

    /** Joins by the word, which is used up; the unique places hold the limit. */
    async join(memberId: string, word: string) {
      if (limit === 0) throw membersErrors.householdOff()
      await countTry(memberId)
      const code = word.toUpperCase()
      try {
        await inTransaction(db, async tx => {
          const now = clock.now()
          const household = await tx
            .selectFrom('household')
            .selectAll()
            .where('code', '=', code)
            .where('codeUntil', '>', now)
            .forUpdate()
            .executeTakeFirst()
          if (household === undefined) throw membersErrors.householdNoCode()
          const { headId } = household
          // An invitation of one's own that nobody has used ends; held, so that nobody uses it in this moment.
          await tx.selectFrom('household').select('headId').where('headId', '=', memberId).forUpdate().execute()
          const own = await tx
            .selectFrom('household_member')
            .select('headId')
            .where('headId', '=', memberId)
            .executeTakeFirst()
          if (headId === memberId || own !== undefined) throw membersErrors.householdNotHead()
          await tx.deleteFrom('household').where('headId', '=', memberId).execute()
          const places = await tx.selectFrom('household_member').select('place').where('headId', '=', headId).execute()
          const taken = new Set(places.map(row => row.place))
          const place = Array.from({ length: limit }, (_, i) => i + 1).find(one => !taken.has(one))
          if (place === undefined) throw membersErrors.householdFull({ limit })
          await tx.insertInto('household_member').values({ memberId, headId, place, joinedAt: now }).execute()
          await tx.updateTable('household').set({ code: null, codeUntil: null }).where('headId', '=', headId).execute()
          await publish(tx, householdJoined, { memberId, headId, at: now.toISOString() })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw membersErrors.householdAlready()
        throw error
      }
      return view(memberId)
    },

    /** 更换户主, the papers having been seen. Who heads it already, heads it: nothing is done. */
    async changeHead(caller: StaffCaller, memberId: string, seen: Evidence & { newHeadId: string }) {
      await desk.inReach(memberId, caller.scope)
      const to = seen.newHeadId
      await inTransaction(db, async tx => {
        const headId = (await headsOf(tx, [memberId])).get(memberId) ?? memberId
        if (headId === to) return
        for (const side of [headId, to]) await desk.inReach(side, caller.scope, tx)
        await handOn(deps, tx, { headId, to, stays: true, by: caller, reason: seen.note, evidence: seen.evidence })
      })
      return view(memberId)
    },

    /** Leaves (a head to another one, or to nobody: then it ends), or sends a member away. */
    async leave(caller: Caller & { memberId: string }, { memberId: whom, newHeadId }: Leaving) {
      const { memberId } = caller
      await inTransaction(db, async tx => {
        if (newHeadId !== undefined)
          return handOn(deps, tx, { headId: memberId, to: newHeadId, stays: false, by: caller })
        const heads = (await headsOf(tx, [whom ?? memberId])).values()
        let gone = tx.deleteFrom('household_member')
        gone =
          whom === undefined || whom === memberId
            ? gone.where('memberId', '=', memberId)
            : gone.where('memberId', '=', whom).where('headId', '=', memberId)
        const isHead = affected(await gone.executeTakeFirstOrThrow()) === 0 || (whom !== undefined && whom !== memberId)
        if (isHead && (whom === undefined || whom === memberId)) {
          await tx.deleteFrom('household_member').where('headId', '=', memberId).execute()
          await tx.deleteFrom('household').where('headId', '=', memberId).execute()
          return
        }
        for (const headId of heads) await endEmpty(tx, headId, clock.now())
      })
      return view(memberId)
    },
  }
}
export type Households = ReturnType<typeof households>
