import type { Killable } from '../services/killable.ts'
import { count, type Book } from './book.ts'
import type { Week } from './instance.ts'

/** The named points of a jobs process, and of the server, at which it falls. */
const WORKER_POINTS = [
  'wechat.afterClaim:1',
  'wechat.afterSendBeforeRecord:2',
  'wechat.afterRecord:1',
  'wechat.afterIntakeBeforeCommit:1',
  'relay.afterQueueBeforeMark:2',
  'campaigns.afterFreezeBeforeMark:1',
  'campaigns.afterPlanBeforeCommit:1',
]
const SERVER_POINTS = ['wechat.afterStoreBeforeAnswer:5', 'wechat.afterStoreBeforeQueue:3']

/** Calls whose answers go wrong: sending, asking about people, tokens. */
const PATHS = ['/cgi-bin/message/*', '/cgi-bin/user/info', '/cgi-bin/stable_token']
const LATE_MS = 300
/** Longer than the product waits for an answer: the call was worked, and nobody heard of it. */
const TOO_LATE_MS = 2_600
const KINDS = [
  { do: 'errcode', errcode: -1 },
  { do: 'httpStatus', status: 502 },
  { do: 'delay', ms: LATE_MS },
  { do: 'drop', when: 'before' },
  { do: 'drop', when: 'after' },
  { do: 'truncate', bytes: 9 },
  { do: 'malformed' },
]

interface Rule {
  readonly match: { readonly appId?: string }
  readonly fault: { readonly do: string; readonly when?: string; readonly ms?: number }
  readonly struck: number
}

function nameOf({ do: kind, when, ms }: Rule['fault']): string {
  if (kind === 'delay') return ms === TOO_LATE_MS ? 'delay beyond the time-out' : 'delay'
  return when === undefined ? kind : `${kind} ${when}`
}

/** Everything that goes wrong in the week. */
export interface Troubles {
  /** This share of all calls fails in each way; this share of pushes and job events comes twice, or is lost, or out of order. */
  begin(share: number): Promise<void>
  /** This share of so many campaign messages is answered later than the product waits. */
  tooLate(share: number, messages: number): Promise<void>
  /** The token of each account dies at its next message. */
  killTokens(): Promise<void>
  /** A process is started anew so that it falls at the next named point. */
  arm(what: 'worker' | 'server'): Promise<void>
  /** Starts again whatever has fallen; throws when a process has ended by itself. */
  tend(): void
  /** How often each kind of fault struck. */
  struck(): Promise<Map<string, number>>
  /** Peace: no more faults, everybody stands. */
  cease(): Promise<void>
}

/** Opens the troubles of a week. */
export function openTroubles(week: Week, book: Book, random: () => number): Troubles {
  let arming = false
  const left = { worker: [...WORKER_POINTS], server: [...SERVER_POINTS] }
  const all: readonly (readonly [string, Killable])[] = [
    ['server', week.web],
    ...week.workers.map(worker => ['jobs', worker] as const),
  ]

  return {
    begin: async share => {
      await week.sim('PATCH', '/__sim/settings', {
        duplicateRate: share,
        disorder: 4,
        // Real time: as long as a process needs to come back on a busy machine.
        redeliverAfterMs: 7_000,
        jobEventLossRate: share,
        jobEventDuplicateRate: share,
      })
      // A rule is asked only where those before it did not strike: its chance makes up for that.
      for (const path of PATHS)
        for (const [before, fault] of KINDS.entries())
          await week.sim('POST', '/__sim/faults', { match: { path }, fault, chance: share / (1 - before * share) })
    },
    tooLate: async (share, messages) => {
      const match = { path: '/cgi-bin/message/template/send' }
      const fault = { do: 'delay', ms: TOO_LATE_MS }
      // Twice as likely as it strikes: however a campaign goes, it has its share.
      await week.sim('POST', '/__sim/faults', { match, fault, chance: share * 2, times: Math.ceil(share * messages) })
    },
    killTokens: async () => {
      const rules = await week.sim<Rule[]>('GET', '/__sim/faults')
      for (const appId of week.appIds) {
        const waits = rules.some(
          rule => rule.fault.do === 'killToken' && rule.match.appId === appId && rule.struck === 0,
        )
        if (waits) continue
        const match = { appId, path: '/cgi-bin/message/*' }
        await week.sim('POST', '/__sim/faults', { match, fault: { do: 'killToken' }, times: 1 })
      }
    },
    arm: async what => {
      const points = what === 'server' ? left.server : left.worker
      if (points.length === 0) points.push(...(what === 'server' ? SERVER_POINTS : WORKER_POINTS))
      const point = points.shift() ?? ''
      const victim = what === 'server' ? week.web : week.workers[Math.floor(random() * week.workers.length)]
      if (victim === undefined) return
      arming = true
      await victim.kill()
      victim.start(point)
      arming = false
      count(book.falls, what === 'server' ? 'server' : 'jobs')
    },
    tend: () => {
      if (arming) return
      for (const [name, process] of all) {
        process.check()
        if (process.isRunning()) continue
        process.start()
        count(book.falls, `${name} at a named point`)
      }
    },
    struck: async () => {
      const rules = await week.sim<Rule[]>('GET', '/__sim/faults')
      const struck = new Map<string, number>()
      for (const { fault, struck: times } of rules) count(struck, nameOf(fault), times)
      return struck
    },
    cease: async () => {
      await week.sim('DELETE', '/__sim/faults')
      await week.sim('PATCH', '/__sim/settings', { duplicateRate: 0, jobEventLossRate: 0, jobEventDuplicateRate: 0 })
      for (const [, process] of all) {
        await process.kill()
        process.start()
      }
    },
  }
}
