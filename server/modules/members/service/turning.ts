import { randomBytes, randomInt } from 'node:crypto'
import { inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { codeDevicesRepository, type CodeDevice } from '../repository/code-devices.ts'
import { chainSeed, isTurningCode, windowOf, windowOfCode } from './turning-code.ts'

const DAY = 86_400_000
/** A secret is turned over after so long; the one before stays good for a while, in case the answer was lost. */
const ROTATE_AFTER = 30 * DAY
const PREVIOUS_LASTS = 2 * DAY
/** Phones of one member at a time; one more ends the one that was seen longest ago. */
const PHONES = 3
/** Wrong codes of one phone in five minutes; then nothing is compared any more. */
const WRONG_TRIES = 10

/** What a phone needs to compute its code: kept by it, and told to it alone. */
export interface TurningDevice {
  readonly handle: string
  readonly secret: string
  readonly serverNow: Date
}

/** Whose code it is and of which half minute. */
export interface TurningHolder {
  readonly memberId: string
  readonly handle: string
  readonly window: number
}

/** Turning member codes: secrets of phones, and whose code a code is. */
export interface Turning {
  /** The secret of this phone of a member, made at the first call and turned over now and then. */
  device(memberId: string, deviceId: string): Promise<TurningDevice>
  /** Whose code it is; null when it is nobody's, of a revoked phone, or more than `reach` windows off the clock. */
  read(db: Db, code: string, reach: number): Promise<TurningHolder | null>
  /** Whose phone a pseudonym is, revoked ones too. */
  holderOf(db: Db, handle: string): Promise<{ memberId: string; revokedAt: Date | null } | null>
  /** The pseudonym of the member's phone that was seen last; null when none computes codes. */
  handleOf(db: Db, memberId: string): Promise<string | null>
  /** Seed of the phone's chain of links from a window on. */
  seed(device: TurningDevice, firstWindow: number): string
  /** Ends all phones of a member: each starts anew at its next visit. How many that were. */
  revokeAll(tx: Tx, memberId: string): Promise<number>
}

/** Makes the turning codes of members. */
export function turningCodes({ db, redis, vault, clock, config }: Kernel): Turning {
  const newSecret = (): string => randomBytes(32).toString('base64url')
  const newHandle = (): string => String(randomInt(10 ** 9)).padStart(9, '0')

  async function begin(memberId: string, deviceHash: string): Promise<CodeDevice> {
    const now = clock.now()
    return inTransaction(db, async tx => {
      const devices = codeDevicesRepository(tx)
      const known = await devices.active(memberId)
      await devices.revoke(
        memberId,
        known.slice(PHONES - 1).map(device => device.handle),
        now,
      )
      const device = {
        handle: newHandle(),
        memberId,
        deviceHash,
        secretSealed: vault.seal(newSecret()),
        previousSealed: null,
        previousUntil: null,
        state: 'active',
        createdAt: now,
        rotatedAt: now,
        seenAt: now,
        revokedAt: null,
      }
      await devices.insert(device)
      return device
    })
  }

  async function rotated(device: CodeDevice): Promise<CodeDevice> {
    const now = clock.now()
    const devices = codeDevicesRepository(db)
    if (now.getTime() - device.rotatedAt.getTime() < ROTATE_AFTER) {
      await devices.seen(device.handle, now)
      return device
    }
    const next = {
      secretSealed: vault.seal(newSecret()),
      previousUntil: new Date(now.getTime() + PREVIOUS_LASTS),
      rotatedAt: now,
    }
    // Two visits at once turn it over once; both get the secret that stands afterwards.
    return (await devices.rotate(device, next))
      ? { ...device, ...next, previousSealed: device.secretSealed }
      : ((await devices.find(device.handle)) ?? device)
  }

  const wrongKey = (handle: string): string => `${config.REDIS_PREFIX}:turning-wrong:${handle}`

  async function countWrong(handle: string): Promise<void> {
    const wrong = await redis.incr(wrongKey(handle))
    if (wrong === 1) await redis.expire(wrongKey(handle), 300)
  }

  return {
    async device(memberId, deviceId) {
      const deviceHash = vault.hash('codeDevice', `${memberId}:${deviceId}`)
      const known = await codeDevicesRepository(db).ofPhone(memberId, deviceHash)
      const start = async (): Promise<CodeDevice> => {
        // A twin of this request, or a handle that somebody has: both show in a unique index.
        for (let tries = 0; ; tries++) {
          try {
            return await begin(memberId, deviceHash)
          } catch (error) {
            if (uniqueViolation(error) === null || tries > 4) throw error
            const twin = await codeDevicesRepository(db).ofPhone(memberId, deviceHash)
            if (twin !== undefined) return twin
          }
        }
      }
      const device = known === undefined ? await start() : await rotated(known)
      return { handle: device.handle, secret: vault.open(device.secretSealed), serverNow: clock.now() }
    },

    async read(from, code, reach) {
      if (!isTurningCode(code)) return null
      const handle = code.slice(2, 11)
      const device = await codeDevicesRepository(from).find(handle)
      if (device === undefined || device.state !== 'active') return null
      if (Number(await redis.get(wrongKey(handle))) >= WRONG_TRIES) return null
      const now = clock.now()
      const secrets = [device.secretSealed]
      if (device.previousSealed !== null && device.previousUntil !== null && device.previousUntil > now)
        secrets.push(device.previousSealed)
      for (const sealed of secrets) {
        const window = windowOfCode(code, vault.open(sealed), windowOf(now), reach)
        if (window === null) continue
        return { memberId: device.memberId, handle, window }
      }
      await countWrong(handle)
      return null
    },

    async holderOf(from, handle) {
      const device = await codeDevicesRepository(from).find(handle)
      return device === undefined ? null : { memberId: device.memberId, revokedAt: device.revokedAt }
    },
    handleOf: async (from, memberId) => (await codeDevicesRepository(from).active(memberId))[0]?.handle ?? null,
    seed: (device, firstWindow) => chainSeed(device.secret, firstWindow),

    revokeAll: (tx, memberId) => codeDevicesRepository(tx).revoke(memberId, 'all', clock.now()),
  }
}
