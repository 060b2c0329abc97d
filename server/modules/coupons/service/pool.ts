import { inTransaction, Overtaken, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import type { Audit } from '../../staff/index.ts'
import { claimErrors, type NewPublicCode } from '../contract/claims.ts'
import { couponsErrors } from '../contract/errors.ts'
import { codesRepository, type PublicCodeRecord } from '../repository/codes.ts'
import { templatesRepository } from '../repository/templates.ts'
import { issueCoupons } from './issue.ts'

/** Wrong codes that a member may type in an hour: codes of a pool must not be found by trying. */
const WRONG_TRIES = 10
const HOUR = 3_600

/** A code as typed: without gaps, in capitals. */
export const plainCode = (text: string): string => text.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase()

export const codeView = (row: PublicCodeRecord) => ({
  codeId: row.id,
  code: row.code,
  perMember: row.perMember,
  maxUses: row.maxUses,
  used: row.used,
  on: row.state === 'on',
  endsAt: row.endsAt,
  createdAt: row.createdAt,
})

/** 兑换码: codes that become coupons, once for a code of a pool, within its limits for one that everybody may type. */
export function couponCodes(kernel: Pick<Kernel, 'db' | 'redis' | 'clock' | 'newId' | 'config'>, audit: Audit) {
  const { db, redis, clock, newId, config } = kernel
  const triesKey = (memberId: string): string => `${config.REDIS_PREFIX}:codes:wrong:${memberId}`

  async function checkTries(memberId: string): Promise<void> {
    const tries = Number((await redis.get(triesKey(memberId)).catch(whenAway(null))) ?? 0)
    if (tries >= WRONG_TRIES) throw claimErrors.tooManyTries({ minutes: HOUR / 60 })
  }
  async function countWrong(memberId: string): Promise<void> {
    const count = await redis.incr(triesKey(memberId)).catch(whenAway(0))
    if (count === 1) await redis.expire(triesKey(memberId), HOUR)
  }

  /** Gives the coupon under its key; who may not have it (limit, stock, ended) is told and nothing is kept. */
  async function give(tx: Tx, templateId: string, memberId: string, key: string) {
    const { issued, refused } = await issueCoupons(kernel, tx, templateId, [{ memberId, key }])
    const coupon = issued.get(key)
    if (coupon !== undefined) return coupon
    throw refused.get(key) === 'limit' ? claimErrors.codeLimit() : claimErrors.codeOver()
  }

  async function takePublic(tx: Tx, code: PublicCodeRecord, memberId: string, tap: string) {
    const codes = codesRepository(tx)
    const key = `code:${code.id}:${memberId}:${tap}`
    const uses = await codes.uses(code.id, memberId)
    if (!uses.some(({ requestKey }) => requestKey === tap)) {
      if (uses.length >= code.perMember) throw claimErrors.codeLimit()
      await codes
        .addUse({ codeId: code.id, memberId, nth: uses.length + 1, requestKey: tap, usedAt: clock.now() })
        .catch((error: unknown) => {
          // The same member was quicker on another phone: looked at anew.
          throw uniqueViolation(error) === null ? error : new Overtaken()
        })
      if (!(await codes.use(code.id, clock.now()))) throw claimErrors.codeOver()
    }
    return give(tx, code.templateId, memberId, key)
  }

  async function takePooled(tx: Tx, code: string, templateId: string, memberId: string) {
    const codes = codesRepository(tx)
    if (!(await codes.take(code, memberId, clock.now())) && (await codes.poolCode(code))?.memberId !== memberId)
      throw claimErrors.codeTaken()
    return give(tx, templateId, memberId, `pool:${code}`)
  }

  return {
    /** A code typed by a member; the same tap again is answered the same. */
    async redeem(memberId: string, typed: string, tap: string): Promise<{ couponId: string; isNew: boolean }> {
      await checkTries(memberId)
      const code = plainCode(typed)
      const pooled = await codesRepository(db).poolCode(code)
      const open = pooled === undefined ? await codesRepository(db).byCode(code) : undefined
      if (pooled !== undefined) return inTransaction(db, tx => takePooled(tx, code, pooled.templateId, memberId))
      if (open !== undefined) return inTransaction(db, tx => takePublic(tx, open, memberId, tap))
      await countWrong(memberId)
      throw claimErrors.wrongCode()
    },

    async add(caller: StaffCaller, templateId: string, given: NewPublicCode) {
      if ((await templatesRepository(db).find(templateId)) === undefined) throw couponsErrors.noTemplate()
      const code = plainCode(given.code)
      const row = {
        id: newId(),
        code,
        templateId,
        perMember: given.perMember,
        maxUses: given.maxUses,
        state: 'on',
        endsAt: given.endsAt === null ? null : new Date(given.endsAt),
        createdBy: caller.staffId,
        createdAt: clock.now(),
      }
      await inTransaction(db, async tx => {
        if ((await codesRepository(tx).poolCode(code)) !== undefined) throw claimErrors.codeExists()
        await codesRepository(tx)
          .insert(row)
          .catch((error: unknown) => {
            throw uniqueViolation(error) === null ? error : claimErrors.codeExists()
          })
        await audit(tx, caller, {
          action: 'coupons.addPublicCode',
          subjectKind: 'couponTemplate',
          subjectId: templateId,
          details: { ...given, code },
        })
      })
      return codeView({ ...row, used: 0 })
    },

    async turn(caller: StaffCaller, codeId: string, on: boolean) {
      const code = await codesRepository(db).find(codeId)
      if (code === undefined) throw claimErrors.wrongCode()
      await inTransaction(db, async tx => {
        await codesRepository(tx).turn(codeId, on ? 'on' : 'off')
        await audit(tx, caller, {
          action: 'coupons.switchPublicCode',
          subjectKind: 'couponTemplate',
          subjectId: code.templateId,
          details: { code: code.code, on },
        })
      })
      return codeView({ ...code, state: on ? 'on' : 'off' })
    },
  }
}

/** Without Redis nobody counts tries; codes go on working. */
const whenAway =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isRedisDown(error)) return value
    throw error
  }
