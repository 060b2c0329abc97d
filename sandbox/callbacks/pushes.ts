import type { SandboxAccount } from '../accounts.ts'
import type { Person } from '../state/person.ts'
import { show, type World } from '../state/world.ts'
import { type Envelope, type PushFields, resign, seal, verificationQuery } from './envelope.ts'
import { readPassive } from './passive.ts'
import { post } from './post.ts'

/** Who tells the product what happened. */
export interface Pushes {
  /** A message or an event of a person; `answerable` ones may be answered and complain when nobody does. */
  push: (account: SandboxAccount, person: Person, fields: PushFields, answerable: boolean) => void
  templateFinished: (account: SandboxAccount, person: Person, msgId: string, status: string) => void
  subscribeSent: (account: SandboxAccount, person: Person, templateId: string, msgId: string) => void
  /** Asks the product to prove the address, as the console does on saving. */
  verify: (account: SandboxAccount) => Promise<boolean>
  /** Pushes not yet acknowledged or given up. */
  pending: () => number
  /** Resolves when nothing is pending any more. */
  settled: () => Promise<void>
  close: () => void
}

interface Task {
  account: SandboxAccount
  person: Person
  envelope: Envelope
  answerable: boolean
}

const unavailable = '该公众号暂时无法提供服务，请稍后再试'

/** Delivers pushes in order of their making, a few at once, each up to three times (wechat-protocol §1.4). */
export const createPushes = (world: World): Pushes => {
  const waiting: Task[] = []
  const timers = new Set<NodeJS.Timeout>()
  const listeners: (() => void)[] = []
  const state = { running: 0, scheduled: 0, closed: false }

  const seconds = (): number => Math.floor(world.now() / 1000)

  const pause = (ms: number): Promise<void> =>
    new Promise(resolve => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, ms)
      timers.add(timer)
    })

  const once = async (task: Task, envelope: Envelope, attempt: number) => {
    const { account } = task
    const started = performance.now()
    const url = `${account.callbackUrl}?${envelope.query}`
    const delivery = await post(url, 'POST', envelope.contentType, envelope.body, world.settings.deliveryTimeoutMs)
    world.journal.write({
      at: world.now(),
      kind: 'push',
      appId: account.appId,
      path: new URL(url).pathname,
      request: envelope.body,
      plain: envelope.plain,
      response: delivery.body,
      status: delivery.status,
      ms: performance.now() - started,
      attempt,
    })
    return delivery
  }

  const answer = (task: Task, body: string): void => {
    const { account, person } = task
    const passive = readPassive(account, person.openids[account.appId] ?? '', body)
    if (!task.answerable || passive.kind === 'acknowledged') return
    const base = { thread: account.appId, appId: account.appId }
    if (passive.kind === 'text')
      show(world, person, { ...base, from: 'account', kind: 'text', text: passive.text, way: 'passive' })
    if (passive.kind === 'bad') show(world, person, { ...base, from: 'system', kind: 'notice', text: unavailable })
  }

  const deliver = async (task: Task): Promise<void> => {
    const { settings } = world
    let { envelope } = task
    for (let attempt = 1; attempt <= settings.deliveries && !state.closed; attempt++) {
      if (attempt > 1) {
        await pause(settings.redeliverAfterMs)
        if (!settings.redeliverSameQuery)
          envelope = resign(task.account, task.person.openids[task.account.appId] ?? '', seconds(), envelope)
      }
      const delivery = await once(task, envelope, attempt)
      if (delivery.status !== 200) continue
      answer(task, delivery.body)
      for (let more = 0; more < settings.duplicatePushes; more++) await once(task, envelope, attempt + 1 + more)
      return
    }
    if (task.answerable && !state.closed) {
      const thread = task.account.appId
      show(world, task.person, { thread, appId: thread, from: 'system', kind: 'notice', text: unavailable })
    }
  }

  const pending = (): number => waiting.length + state.running + state.scheduled

  const work = (): void => {
    while (state.running < world.settings.pushesAtOnce && waiting.length > 0) {
      const task = waiting.shift()
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

  const push: Pushes['push'] = (given, person, fields, answerable) => {
    const account = standing(given)
    if (account.callbackUrl === null || state.closed) return
    const openid = person.openids[account.appId] ?? ''
    const header = { ToUserName: account.originalId, FromUserName: openid, CreateTime: seconds() }
    const envelope = seal(account, openid, seconds(), { ...header, ...fields })
    waiting.push({ account, person, answerable, envelope })
    work()
  }

  const later = (ms: number, act: () => void): void => {
    if (state.closed) return
    state.scheduled++
    const timer = setTimeout(() => {
      timers.delete(timer)
      state.scheduled--
      act()
      work()
    }, ms)
    timers.add(timer)
  }

  return {
    push,
    templateFinished: (account, person, msgId, status) => {
      if (account.callbackUrl === null) return
      const fields = { MsgType: 'event', Event: 'TEMPLATESENDJOBFINISH', MsgID: msgId, Status: status }
      later(world.settings.resultEventAfterMs, () => push(account, person, fields, false))
    },
    subscribeSent: (account, person, templateId, msgId) => {
      if (account.callbackUrl === null) return
      const result = { TemplateId: templateId, MsgID: msgId, ErrorCode: '0', ErrorStatus: 'success' }
      // JSON pushes have no wrapper, and a single element is a bare object (§1.6).
      const list: PushFields =
        account.format === 'json' ? { List: result } : { SubscribeMsgSentEvent: { List: result } }
      const fields = { MsgType: 'event', Event: 'subscribe_msg_sent_event', ...list }
      later(world.settings.resultEventAfterMs, () => push(account, person, fields, false))
    },
    verify: async account => {
      if (account.callbackUrl === null) return false
      const echo = String(world.now()) + String(Math.floor(Math.random() * 1e6))
      const url = `${account.callbackUrl}?${verificationQuery(account, seconds(), echo)}`
      const { status, body } = await post(url, 'GET', '', '', world.settings.deliveryTimeoutMs)
      return status === 200 && body === echo
    },
    pending,
    settled: () => (pending() === 0 ? Promise.resolve() : new Promise(resolve => listeners.push(resolve))),
    close: () => {
      state.closed = true
      waiting.length = 0
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
