import type { Kernel } from '../../../../kernel/module.ts'
import { noteDoor } from '../../repository/accounts.ts'

/** Writes down what WeChat's door sees of an account, for whoever sets it up. */
export interface DoorLog {
  /** WeChat's console has verified the address. */
  verified(appId: string): Promise<void>
  /** A push was taken in. */
  pushed(appId: string): void
  /** A push was refused; nothing of it is kept but why. */
  refused(appId: string, reason: string): void
}

/** How long a repeated note is held back: a flood of pushes, true or forged, must not become a flood of writes. */
const PUSHED_EVERY_MS = 5_000
const REFUSED_EVERY_MS = 2_000

export function createDoorLog({ db, clock, log }: Pick<Kernel, 'db' | 'clock' | 'log'>): DoorLog {
  const last = new Map<string, number>()
  function now(key: string, everyMs: number): boolean {
    const at = performance.now()
    if (at - (last.get(key) ?? -Infinity) < everyMs) return false
    last.set(key, at)
    return true
  }
  const note = (...given: Parameters<typeof noteDoor> extends [unknown, ...infer Rest] ? Rest : never): void => {
    noteDoor(db, ...given).catch((error: unknown) => log.debug({ err: error }, 'door not noted'))
  }
  return {
    async verified(appId) {
      await noteDoor(db, appId, { verifiedAt: clock.now() })
    },
    pushed(appId) {
      if (now(`+${appId}`, PUSHED_EVERY_MS)) note(appId, { pushedAt: clock.now() })
    },
    refused(appId, reason) {
      if (now(`-${appId}${reason}`, REFUSED_EVERY_MS)) note(appId, { refusedAt: clock.now(), refusedReason: reason })
    },
  }
}
