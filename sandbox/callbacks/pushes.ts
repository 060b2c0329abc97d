import type { SandboxAccount } from '../accounts.ts'
import { secondsOf } from '../state/calendar.ts'
import type { Person } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { showUnavailable, takeAnswer } from './answer.ts'
import { type Envelope, type PushFields, resign, seal, verificationQuery } from './envelope.ts'
import { post } from './post.ts'
import { createQueue } from './queue.ts'

/** Who tells the product what happened. */
export interface Pushes {
  /** A message or an event of a person; `answerable` ones may be answered and complain when nobody does. */
  push: (account: SandboxAccount, person: Person, fields: PushFields, answerable: boolean) => void
  /** The end of a job, `afterMs` of the platform's time from now; may be lost or come twice (wechat-protocol §7.2, 5). */
  job: (account: SandboxAccount, openid: string, afterMs: number, fields: PushFields) => void
  /** Asks the product to prove the address, as the console does on saving. */
  verify: (account: SandboxAccount) => Promise<boolean>
  /** Pushes not yet acknowledged or given up, and job events that will be soon. */
  pending: () => number
  /** Resolves when nothing is pending any more. */
  settled: () => Promise<void>
  close: () => void
}

interface Task {
  account: SandboxAccount
  openid: string
  /** Null for job events of nobody in particular. */
  person: Person | null
  envelope: Envelope
  answerable: boolean
}

// A job event that is due later than this is not waited for by `settled`.
const soonMs = 60_000

/** Delivers pushes in order of their making, a few at once, each up to three times (wechat-protocol §1.4). */
export const createPushes = (world: World): Pushes => {
  const waiting = createQueue<Task>()
  const timers = new Set<NodeJS.Timeout>()
  const listeners: (() => void)[] = []
  const state = { running: 0, scheduled: 0, closed: false }

  const pause = (ms: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, ms)
      timers.add(timer)
    })

  const once = async (task: Task, envelope: Envelope, attempt: number, last: boolean) => {
    const { account, person } = task
    const started = performance.now()
    const url = `${account.callbackUrl}?${envelope.query}`
    const delivery = await post(url, 'POST', envelope.contentType, envelope.body, world.settings.deliveryTimeoutMs)
    const taken = delivery.status === 200 && task.answerable && person !== null && last
    const wrong = taken ? takeAnswer(world, account, person, task.openid, delivery.body) : null
    world.journal.write({
      at: world.now(),
      kind: 'push',
      appId: account.appId,
      path: envelope.path,
      request: envelope.body,
      plain: envelope.plain,
      response: delivery.body,
      status: delivery.status,
      ms: performance.now() - started,
      attempt,
      ...(wrong === null ? {} : { fault: wrong }),
    })
    return delivery
  }

  const deliver = async (task: Task): Promise<void> => {
    const { settings } = world
    let { envelope } = task
    for (let attempt = 1; attempt <= settings.deliveries && !state.closed; attempt++) {
      if (attempt > 1) {
        await pause(settings.redeliverAfterMs)
        if (!settings.redeliverSameQuery) envelope = resign(task.account, task.openid, secondsOf(world.now()), envelope)
      }
      const delivery = await once(task, envelope, attempt, true)
      if (delivery.status !== 200) continue
      const more = settings.duplicatePushes + (world.chance.happens(settings.duplicateRate) ? 1 : 0)
      for (let again = 1; again <= more; again++) await once(task, envelope, attempt + again, false)
      return
    }
    if (task.answerable && task.person !== null && !state.closed) showUnavailable(world, task.account, task.person)
  }

  // When the clock stands, what is scheduled does not come by itself: nobody waits for it.
  const pending = (): number => waiting.size() + state.running + (world.clock.frozen() ? 0 : state.scheduled)

  const work = (): void => {
    while (state.running < world.settings.pushesAtOnce && waiting.size() > 0) {
      const { disorder } = world.settings
      const place = disorder > 1 ? Math.floor(world.chance.roll() * Math.min(disorder, waiting.size())) : 0
      const task = waiting.take(place)
      if (task === undefined) return
      state.running++
      void deliver(task).finally(() => {
        state.running--
        work()
      })
    }
    if (pending() === 0) for (const listener of listeners.splice(0)) listener()
  }

  // Callers may hold the constant of accounts.ts; what counts is how the account stands in this world.
  const standing = (account: SandboxAccount): SandboxAccount => world.accounts.get(account.appId) ?? account

  const add = (
    given: SandboxAccount,
    openid: string,
    person: Person | null,
    fields: PushFields,
    answerable: boolean,
  ) => {
    const account = standing(given)
    if (account.callbackUrl === null || state.closed) return
    const seconds = secondsOf(world.now())
    const header = { ToUserName: account.originalId, FromUserName: openid, CreateTime: seconds }
    const envelope = seal(account, openid, seconds, { ...header, ...fields })
    waiting.add({ account, openid, person, answerable, envelope })
    work()
  }

  const job: Pushes['job'] = (account, openid, afterMs, fields) => {
    if (state.closed || standing(account).callbackUrl === null) return
    const { settings } = world
    if (world.chance.happens(settings.jobEventLossRate)) return
    const copies = world.chance.happens(settings.jobEventDuplicateRate) ? 2 : 1
    const soon = afterMs <= soonMs
    if (soon) state.scheduled++
    world.clock.after(afterMs, () => {
      if (soon) state.scheduled--
      for (let copy = 0; copy < copies; copy++) add(account, openid, null, fields, false)
      work()
    })
  }

  return {
    push: (account, person, fields, answerable) => {
      // Who is on the blacklist cannot write to the account.
      if (person.blacklisted[account.appId] === true) return
      add(account, person.openids[account.appId] ?? '', person, fields, answerable)
    },
    job,
    verify: async account => {
      if (account.callbackUrl === null) return false
      const echo = String(world.now()) + String(Math.floor(Math.random() * 1e6))
      const url = `${account.callbackUrl}?${verificationQuery(account, secondsOf(world.now()), echo)}`
      const { status, body } = await post(url, 'GET', '', '', world.settings.deliveryTimeoutMs)
      return status === 200 && body === echo
    },
    pending,
    settled: () => (pending() === 0 ? Promise.resolve() : new Promise(resolve => listeners.push(resolve))),
    close: () => {
      state.closed = true
      waiting.clear()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
