import { z } from 'zod'
import { on } from '../../kernel/events/event.ts'
import { job } from '../../kernel/jobs/job.ts'
import { messagesPlanned } from './events.ts'

const NOTHING = z.object({})

/** What the jobs run. */
export interface Work {
  /** Works pushes until there are none. */
  intake(): Promise<void>
  /** Sends the group of messages that go at once. */
  sendNow(): Promise<void>
  /** Takes up what was left behind. */
  sweep(): Promise<void>
  purge(): Promise<void>
  /** Asks WeChat for the channel codes that are planned. */
  makeCodes(): Promise<void>
  /** Brings tags and the people under them in step with WeChat's. */
  syncTags(): Promise<void>
  /** Looks whether WeChat still has the materials in use, and uploads anew what it has lost. */
  checkMaterials(): Promise<void>
}

/** The job that works WeChat's pushes; asked for after each stored run, and regularly in case a request was lost. */
export const intakeJob = { name: 'wechat.intake', queue: 'wechat-intake', payload: NOTHING, attempts: 10 } as const

/** The job that makes planned channel codes at WeChat. */
export const makeCodesJob = { name: 'wechat.makeCodes', queue: 'jobs', payload: NOTHING, attempts: 5 } as const
/** The job that brings tags in step; one at a time, because it reads and writes both sides. */
export const syncTagsJob = { name: 'wechat.syncTags', queue: 'wechat-tags', payload: NOTHING, attempts: 5 } as const

export const wechatJobs = (work: Work) => [
  job({ ...intakeJob, every: 5_000, concurrency: 1, run: () => work.intake() }),
  job({ name: 'wechat.sweep', payload: NOTHING, every: 5_000, attempts: 1, run: () => work.sweep() }),
  job({ name: 'wechat.purge', payload: NOTHING, every: '17 4 * * *', run: () => work.purge() }),
  job({ ...makeCodesJob, every: 60_000, run: () => work.makeCodes() }),
  job({ ...syncTagsJob, every: 300_000, concurrency: 1, run: () => work.syncTags() }),
  job({ name: 'wechat.checkMaterials', payload: NOTHING, every: '41 */6 * * *', run: () => work.checkMaterials() }),
]

export const wechatHandlers = (work: Work) => [on(messagesPlanned, 'wechat.sendNow', () => work.sendNow())]
