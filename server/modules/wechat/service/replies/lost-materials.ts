import { WechatError } from 'wechat-api-ts'
import { inTransaction } from '../../../../kernel/db.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { copyOf, loseCopy, lostSince, materialsBehind } from '../../repository/materials.ts'
import { freshenBook } from '../../repository/replies.ts'
import type { Account } from '../accounts.ts'
import { leaves } from '../body.ts'
import type { Materials } from './materials.ts'

/** WeChat does not have a material under the id that a message names (wechat-protocol §2.4). */
const LOST = 40007
/** A material that is lost again so soon is not uploaded again: something else is wrong with it. */
const ONCE_MS = 3_600_000

/** An id of long ago is exchanged for today's, and today's may be lost as well. */
const ROUNDS = 2

/** Does a call whose body names materials of ours, and does it again when WeChat has lost one of them. */
export type WithMaterials = <Body, Answer>(
  account: Account,
  body: Body,
  call: (body: Body) => Promise<Answer>,
) => Promise<Answer>

/** What a look at WeChat finds of a material: it is there, it is uploaded anew, or it is lost and may not be uploaded again yet. */
export type Whereabouts = 'there' | 'renewed' | 'lost'

/** What is done about materials that WeChat has lost. */
export interface LostMaterials {
  readonly withMaterials: WithMaterials
  /** Looks whether WeChat has a material, and uploads it when it has not. Throws WechatError and materialRefused. */
  ensure(account: Account, materialId: string): Promise<Whereabouts>
}

/** The same body with other ids in it; only whole strings count. */
function exchanged<Body>(body: Body, fresh: ReadonlyMap<string, string>): Body {
  const json = JSON.stringify(body)
  const read: Body = JSON.parse(json, (_, value: unknown) =>
    typeof value === 'string' ? (fresh.get(value) ?? value) : value,
  )
  return read
}

/**
 * Materials that WeChat has lost, or that somebody deleted in its console, are uploaded anew from our own files, once an hour
 * at most; whatever names the old id then goes out with the new one.
 */
export function createLostMaterials(
  { db, clock, log }: Pick<Kernel, 'db' | 'clock' | 'log'>,
  materials: Pick<Materials, 'atWechat'>,
): LostMaterials {
  const renewing = new Map<string, Promise<string>>()

  const isThere = async ({ client }: Account, media_id: string): Promise<boolean> => {
    try {
      await client.materials.get({ media_id })
      return true
    } catch (error) {
      if (error instanceof WechatError && error.code === LOST) return false
      throw error
    }
  }

  /** The id by which WeChat has the material from now on; the same one when it must not be uploaded again. */
  async function renew(account: Account, materialId: string, mediaId: string): Promise<string> {
    const { appId } = account
    const now = clock.now()
    if ((await copyOf(db, materialId, appId))?.mediaId === mediaId) {
      if (await lostSince(db, materialId, appId, new Date(now.getTime() - ONCE_MS))) return mediaId
      await inTransaction(db, tx => loseCopy(tx, { appId, mediaId, materialId, lostAt: now }))
      log.warn({ appId, materialId }, 'WeChat has lost a material; it is uploaded anew')
    }
    const { mediaId: fresh } = await materials.atWechat(account, materialId)
    // The rules name the new id from now on, in every process.
    await freshenBook(db, appId)
    return fresh
  }

  /** Many messages may meet the loss at once: one of them uploads. */
  function renewOnce(account: Account, materialId: string, mediaId: string): Promise<string> {
    const key = `${account.appId} ${materialId} ${mediaId}`
    const under = renewing.get(key)
    if (under !== undefined) return under
    const started = renew(account, materialId, mediaId).finally(() => renewing.delete(key))
    renewing.set(key, started)
    return started
  }

  /** Which ids of a body are replaced by which; empty when none of them is a lost material of ours. */
  async function replacements(account: Account, body: unknown): Promise<Map<string, string>> {
    const ours = await materialsBehind(db, account.appId, [...new Set(leaves(body))])
    const fresh = new Map<string, string>()
    for (const [mediaId, materialId] of ours) {
      // WeChat does not say which one it misses.
      if (ours.size > 1 && (await isThere(account, mediaId))) continue
      const now = await renewOnce(account, materialId, mediaId)
      if (now !== mediaId) fresh.set(mediaId, now)
    }
    return fresh
  }

  const withMaterials: WithMaterials = async (account, body, call) => {
    let given = body
    for (let round = 1; ; round++) {
      try {
        return await call(given)
      } catch (error) {
        if (!(error instanceof WechatError) || error.code !== LOST || round > ROUNDS) throw error
        const fresh = await replacements(account, given).catch((problem: unknown) => {
          // What WeChat said of the message itself is what counts.
          log.warn({ err: problem, appId: account.appId }, 'a lost material could not be uploaded anew')
          return new Map<string, string>()
        })
        if (fresh.size === 0) throw error
        given = exchanged(given, fresh)
      }
    }
  }

  return {
    withMaterials,
    async ensure(account, materialId) {
      const known = await copyOf(db, materialId, account.appId)
      if (known === undefined) {
        await materials.atWechat(account, materialId)
        await freshenBook(db, account.appId)
        return 'renewed'
      }
      if (await isThere(account, known.mediaId)) return 'there'
      return (await renewOnce(account, materialId, known.mediaId)) === known.mediaId ? 'lost' : 'renewed'
    },
  }
}
