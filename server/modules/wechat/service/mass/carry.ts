import { setTimeout as sleep } from 'node:timers/promises'
import { backOff, type endpoints, quotaBack, WechatError, type Input } from 'wechat-api-ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import { fault } from '../../../../kernel/faults.ts'
import { claimMass, massByPlatformId, massPeople, moveMass, openMasses, type Mass } from '../../repository/mass.ts'
import { settleRights, type Ending } from '../../repository/rights/reservations.ts'
import type { Accounts } from '../accounts.ts'
import type { PushWork } from '../intake/push.ts'
import { monthEnd } from '../limits.ts'
import type { Pace } from '../pace.ts'
import { codeReason } from '../reasons.ts'
import type { WithMaterials } from '../replies/lost-materials.ts'
import { MassBody } from './content.ts'

const RUN = 1_000
/** A report that has not come after so long is asked for (mass/get). */
const ASK_AFTER_MS = 10 * 60_000

/** Carries planned mass messages to WeChat, each under WeChat's own key, and ends them by what WeChat counts. */
export function createMassCarrier(
  { db, clock, newId, config, log }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>,
  accounts: Accounts,
  pace: Pace,
  withMaterials: WithMaterials,
) {
  const pen = () => ({ newId, now: clock.now() })
  const limits = config.WECHAT_LIMITS

  /** Books the slots of all people at once: a message that has ended spends them, one that did not leave gives them back. */
  async function settleSlots(tx: Tx, mass: Mass, act: 'spent' | 'released'): Promise<void> {
    const until = mass.slotUntil ?? monthEnd(mass.createdAt, config.SHOP_ZONE)
    const openids = await massPeople(tx, mass.id)
    for (let i = 0; i < openids.length; i += RUN) {
      const endings = openids.slice(i, i + RUN).map((openid): Ending => ({
        id: `${mass.id}:${openid}`,
        appId: mass.appId,
        openid,
        templateId: '',
        kind: 'mass',
        until,
        act,
        errorCode: null,
      }))
      await settleRights(tx, endings, pen())
    }
  }

  /** Moves a mass message to its end and settles its slots, in one transaction; once. */
  async function end(
    mass: Mass,
    from: readonly string[],
    change: Parameters<typeof moveMass>[3] & { state: 'sent' | 'failed' | 'withdrawn' },
    act: 'spent' | 'released',
  ): Promise<boolean> {
    return inTransaction(db, async tx => {
      if (!(await moveMass(tx, mass.id, from, { ...change, settledAt: clock.now() }))) return false
      await settleSlots(tx, mass, act)
      return true
    })
  }

  async function ask(mass: Mass): Promise<string> {
    const account = accounts.byId(mass.appId)
    if (account === null)
      throw new WechatError({ kind: 'unreachable', fate: 'notDone', path: '', code: 40013, detail: 'not connected' })
    const content = MassBody.parse(JSON.parse(mass.bodyJson))
    const clientmsgid = mass.clientMsgId
    if (mass.target === 'openids' || mass.target === 'segment') {
      const touser = await massPeople(db, mass.id)
      const body: Input<typeof endpoints.mass.byOpenid> = { ...content, touser, clientmsgid }
      return (await withMaterials(account, body, given => account.client.mass.byOpenid(given))).msg_id
    }
    const filter = mass.target === 'all' ? { is_to_all: true } : { is_to_all: false, tag_id: mass.tagId ?? 0 }
    const body: Input<typeof endpoints.mass.byTag> = { ...content, filter, clientmsgid }
    return (await withMaterials(account, body, given => account.client.mass.byTag(given))).msg_id
  }

  async function judge(mass: Mass, error: WechatError): Promise<void> {
    const now = clock.now()
    const reason = error.code === null ? `line.${error.kind}` : codeReason(error.code)
    const open = ['sending']
    const later = (notBefore: Date) =>
      moveMass(db, mass.id, open, { state: 'planned', claimToken: null, notBefore, errorCode: error.code, reason })
    if (error.reaction === 'duplicate') {
      await moveMass(db, mass.id, open, {
        state: 'submitted',
        platformId: error.earlierId,
        errorCode: null,
        reason: '',
      })
    } else if (error.fate === 'unknown') {
      // Under the same clientmsgid WeChat takes it once, for a day: repeating it tells what became of the first.
      const first = mass.firstSentAt ?? now
      const remembered = now.getTime() - first.getTime() < limits.massRememberedSeconds * 1000
      if (remembered) await later(new Date(now.getTime() + 60_000 + backOff(mass.attempts)))
      else await moveMass(db, mass.id, open, { state: 'unknown', reason, settledAt: now })
    } else if (error.reaction === 'quota') {
      const back = quotaBack(error.until ?? 'day', now.getTime())
      if (back === null) await end(mass, open, { state: 'failed', errorCode: error.code, reason }, 'released')
      else await later(new Date(back))
    } else if (error.reaction === 'rate') {
      await later(new Date(now.getTime() + 61_000))
    } else if (error.reaction === 'retry' || (error.code === null && error.kind !== 'invalid')) {
      await later(new Date(now.getTime() + backOff(mass.attempts)))
    } else {
      await end(mass, open, { state: 'failed', errorCode: error.code, reason }, 'released')
    }
  }

  /** Sends what is due; returns how many were tried. */
  async function sendDue(): Promise<number> {
    for (let tried = 0; ; tried++) {
      const mass = await claimMass(db, newId(), clock.now())
      if (mass === undefined) return tried
      let turn = await pace.take(mass.appId, 'mass', 1)
      for (; !('turns' in turn) && turn.until === null; turn = await pace.take(mass.appId, 'mass', 1))
        await sleep(turn.waitMs)
      if (!('turns' in turn)) {
        const notBefore = turn.until ?? clock.now()
        await moveMass(db, mass.id, ['sending'], { state: 'planned', claimToken: null, notBefore })
        continue
      }
      fault('wechat.afterMassClaim')
      try {
        const platformId = await ask(mass)
        fault('wechat.afterMassBeforeRecord')
        await moveMass(db, mass.id, ['sending'], { state: 'submitted', platformId, errorCode: null, reason: '' })
      } catch (error) {
        if (!(error instanceof WechatError)) throw error
        await judge(mass, error)
      }
    }
  }

  /** Asks WeChat about those whose end was not reported, and takes up what fallen senders have left. */
  async function follow(): Promise<void> {
    const before = new Date(clock.now().getTime() - ASK_AFTER_MS)
    for (const mass of await openMasses(db, before)) {
      if (mass.state === 'sending') {
        // The repeat is under the same clientmsgid: WeChat shows it once.
        await moveMass(db, mass.id, ['sending'], { state: 'planned', claimToken: null, notBefore: clock.now() })
        continue
      }
      const client = accounts.byId(mass.appId)?.client
      if (client === undefined || mass.platformId === null) continue
      try {
        const { msg_status: status } = await client.mass.status({ msg_id: mass.platformId })
        if (status === 'SEND_SUCCESS') await end(mass, ['submitted'], { state: 'sent' }, 'spent')
        else if (status === 'SEND_FAIL' || status === 'DELETE')
          await end(mass, ['submitted'], { state: 'failed', reason: `mass.${status}` }, 'released')
        else await moveMass(db, mass.id, ['submitted'], { claimedAt: clock.now() })
      } catch (error) {
        if (!(error instanceof WechatError)) throw error
        log.warn({ massId: mass.id, code: error.code }, 'WeChat does not tell how far a mass message is')
        await moveMass(db, mass.id, ['submitted'], { claimedAt: clock.now() })
      }
    }
  }

  return {
    /** MASSSENDJOBFINISH: WeChat's counts end it. A report that overtakes our own record waits in `follow`. */
    reports: (async (tx, pushes) => {
      for (const { appId, content } of pushes) {
        if (content.kind !== 'massSent') continue
        const mass = await massByPlatformId(tx, appId, content.msgId)
        if (mass === undefined) continue
        const { total, filtered, sent, failed } = content.counts
        const change = {
          state: content.ok ? 'sent' : 'failed',
          reason: content.ok ? '' : content.status.slice(0, 200),
          totalCount: total,
          filteredCount: filtered,
          sentCount: sent,
          failedCount: failed,
          settledAt: clock.now(),
        }
        if (await moveMass(tx, mass.id, ['submitted', 'unknown'], change))
          await settleSlots(tx, mass, content.ok ? 'spent' : 'released')
        // Asked for by `follow` before the event came: only the counts are new.
        else
          await moveMass(tx, mass.id, ['sent'], {
            totalCount: total,
            filteredCount: filtered,
            sentCount: sent,
            failedCount: failed,
          })
      }
    }) satisfies PushWork,
    async work(): Promise<void> {
      await sendDue()
      await follow()
    },
    /** Withdraws a mass message that has not left; false when it has. */
    withdraw: (mass: Mass): Promise<boolean> => end(mass, ['planned'], { state: 'withdrawn' }, 'released'),
  }
}
