import type { Kernel } from '../../../../kernel/module.ts'
import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import { codesByScene, countTouches, firstTouch, type CodeRecord } from '../../repository/codes.ts'
import { hashesOfUnionid } from '../../repository/followers.ts'
import type { PushWork } from '../intake/push.ts'
import type { Shopper } from '../sessions.ts'

/** By which code somebody came to us: what it says of store and recruiter, and since when they are known by it. */
export interface Origin {
  readonly codeId: string
  readonly storeCode: string | null
  readonly staffId: string | null
  readonly at: Date
}

/** A code that somebody scanned this long ago has nothing to do with the card they open today. */
const REMEMBERED_MS = 30 * 86_400_000

/** Puts a tag on those who came by a code that has one. */
export type TagPeople = (tx: Tx, tagId: string, openids: readonly string[]) => Promise<void>

/** Who came by which code, by follow, by scan, and by opening the mini-program; and what follows from it. */
export function createTouches({ db, vault, clock }: Pick<Kernel, 'db' | 'vault' | 'clock'>, tagPeople: TagPeople) {
  const hashOf = (appId: string, openid: string): string => vault.hash('openid', `${appId}:${openid}`)
  const isGood = (code: CodeRecord, at: Date): boolean => code.validUntil === null || code.validUntil >= at

  /** Counts follows and scans with the push that told them: once for each, whatever falls. */
  const work: PushWork = async (tx, pushes) => {
    const came = pushes.flatMap(({ appId, openid, sentAt, content }) => {
      const scene = content.kind === 'followed' || content.kind === 'scanned' ? (content.scene ?? '') : ''
      return scene === '' ? [] : [{ appId, openid, scene, at: sentAt, followed: content.kind === 'followed' }]
    })
    if (came.length === 0) return
    const codes = new Map(
      (await codesByScene(tx, [...new Set(came.map(({ scene }) => scene.slice(0, 32)))])).map(code => [
        code.scene,
        code,
      ]),
    )
    const touches = came.flatMap(one => {
      const code = codes.get(one.scene)
      return code === undefined || code.appId !== one.appId || !isGood(code, one.at) ? [] : [{ ...one, code }]
    })
    if (touches.length === 0) return
    await countTouches(
      tx,
      touches.map(({ code, appId, openid, at, followed }) => ({
        codeId: code.id,
        personHash: hashOf(appId, openid),
        at,
        followed,
      })),
    )
    for (const [tagId, group] of Map.groupBy(touches, ({ code }) => code.tagId ?? ''))
      if (tagId !== '') await tagPeople(tx, tagId, [...new Set(group.map(({ openid }) => openid))])
  }

  async function originOf(person: Shopper): Promise<Origin | null> {
    const hashes = [hashOf(person.appId, person.openid)]
    if (person.unionid !== null) hashes.push(...(await hashesOfUnionid(db, person.unionid)))
    const touch = await firstTouch(db, hashes, new Date(clock.now().getTime() - REMEMBERED_MS))
    return touch === undefined
      ? null
      : { codeId: touch.codeId, storeCode: touch.storeCode, staffId: touch.staffId, at: touch.firstAt }
  }

  return {
    work,
    /** The code by which somebody came first, in the last 30 days; null when they came by themselves. */
    originOf,
    /** The mini-program was opened by one of our codes; a word that is none of ours is passed over. */
    async noteScan(person: Shopper, scene: string): Promise<void> {
      const [code] = await codesByScene(db, [scene])
      const at = clock.now()
      if (code === undefined || !isGood(code, at)) return
      await inTransaction(db, tx =>
        countTouches(tx, [{ codeId: code.id, personHash: hashOf(person.appId, person.openid), at, followed: false }]),
      )
    },
    /** What a code is worth to somebody who opens a card right now, having come by it; null for a word that is none of ours. */
    async originOfScene(person: Shopper, scene: string): Promise<Origin | null> {
      const [code] = await codesByScene(db, [scene])
      if (code === undefined || !isGood(code, clock.now())) return null
      return { codeId: code.id, storeCode: code.storeCode, staffId: code.staffId, at: clock.now() }
    },
  }
}
