import { addDays, shopDay, shopInstant } from '../../kernel/clock.ts'
import { inTransaction } from '../../kernel/db.ts'
import type { Kernel } from '../../kernel/module.ts'
import type { Scope } from '../../kernel/scope.ts'
import type { Funnel } from './contract.ts'
import { comings, insertEnrolment, stays, type Wanted } from './repository.ts'

interface Period {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly days: number
}

const nothing: Funnel = { scans: 0, people: 0, follows: 0, enrolled: 0, bought: 0, cameBack: 0 }
const STEPS = ['scans', 'people', 'follows', 'enrolled', 'bought', 'cameBack'] as const

/** By which code members came, and how far those who came by a code get. */
export function channelsService({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>) {
  async function funnelsOf(wanted: Wanted): Promise<Map<string, Funnel>> {
    const [came, stayed] = await Promise.all([comings(db, wanted), stays(db, wanted)])
    const funnels = new Map<string, Funnel>()
    for (const { codeId, scans, people, follows } of came)
      funnels.set(codeId, { ...nothing, scans: Number(scans), people: Number(people), follows: Number(follows) })
    for (const { codeId, enrolled, bought, cameBack } of stayed)
      funnels.set(codeId, {
        ...(funnels.get(codeId) ?? nothing),
        enrolled: Number(enrolled),
        bought: Number(bought),
        cameBack: Number(cameBack),
      })
    return funnels
  }

  const wantedOf = (period: Period, scope: Scope, codeId: string | null): Wanted => ({
    scope,
    codeId,
    since: period.from === undefined ? null : shopInstant(`${period.from} 00:00`, config.SHOP_ZONE),
    until: period.to === undefined ? null : shopInstant(`${addDays(period.to, 1)} 00:00`, config.SHOP_ZONE),
    days: period.days,
  })

  return {
    /** A member has come by a code: counted once for ever, however often it is told. */
    async enrolled(memberId: string, origin: { codeId: string; at: string }): Promise<void> {
      const now = clock.now()
      await inTransaction(db, tx =>
        insertEnrolment(tx, {
          memberId,
          codeId: origin.codeId,
          touchedAt: new Date(origin.at),
          enrolledAt: now,
          enrolledOn: shopDay(now, config.SHOP_ZONE),
        }),
      )
    },

    async funnels(period: Period, scope: Scope) {
      const funnels = await funnelsOf(wantedOf(period, scope, null))
      const total = { ...nothing }
      for (const funnel of funnels.values()) for (const step of STEPS) total[step] += funnel[step]
      return { items: [...funnels].map(([codeId, funnel]) => ({ codeId, ...funnel })), total }
    },

    funnel: async (codeId: string, period: Period, scope: Scope): Promise<Funnel> =>
      (await funnelsOf(wantedOf(period, scope, codeId))).get(codeId) ?? nothing,
  }
}
export type Channels = ReturnType<typeof channelsService>
