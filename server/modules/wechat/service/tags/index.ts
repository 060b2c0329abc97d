import { inTransaction, type Tx } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { Audit } from '../../../staff/index.ts'
import { wechatErrors } from '../../contract/index.ts'
import {
  changeTag,
  dropTag,
  findTag,
  insertTag,
  tagCounts,
  tagsOf,
  unwantTag,
  wantTag,
  type TagChange,
  type TagRecord,
} from '../../repository/tags.ts'
import type { Accounts } from '../accounts.ts'
import { createTagSync } from './sync.ts'

/** WeChat allows so many tags an account (wechat-protocol §3.6). */
export const MOST_TAGS = 100

type Conflict = '' | 'renamedBoth' | 'goneAtWechat' | 'tooMany' | 'tooLarge' | 'badName'

/** Tags of followers, ours and WeChat's in step. */
export function createTags(
  kernel: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  accounts: Accounts,
  audit: Audit,
  /** Asks for the job that brings them in step. */
  ask: () => Promise<void>,
) {
  const { db, clock, newId } = kernel
  const syncAccount = createTagSync(kernel)

  async function list() {
    const tags = await tagsOf(db, accounts.official().appId)
    const counts = await tagCounts(
      db,
      tags.map(({ id }) => id),
    )
    const count = (tagId: string, ...states: string[]): number =>
      counts
        .filter(row => row.tagId === tagId && states.includes(row.state))
        .reduce((sum, row) => sum + Number(row.people), 0)
    return {
      limit: MOST_TAGS,
      items: tags.map(tag => ({
        tagId: tag.id,
        appId: tag.appId,
        name: tag.name,
        state: tag.state === 'deleting' ? ('deleting' as const) : ('active' as const),
        remoteId: tag.remoteId,
        isThere: tag.remoteId !== null && tag.conflict !== 'goneAtWechat',
        conflict: tag.conflict as Conflict,
        theirName: tag.theirName,
        people: count(tag.id, 'on'),
        waiting: count(tag.id, 'adding', 'removing'),
        refused: count(tag.id, 'refused'),
        syncedAt: tag.syncedAt,
      })),
    }
  }

  async function known(tagId: string): Promise<TagRecord> {
    const tag = await findTag(db, tagId)
    if (tag === undefined) throw wechatErrors.noSuchTag()
    return tag
  }

  async function mayBeCalled(appId: string, name: string, except: string): Promise<void> {
    if ((await tagsOf(db, appId)).some(tag => tag.name === name && tag.id !== except))
      throw wechatErrors.tagExists({ name })
  }

  async function change(tag: TagRecord, caller: StaffCaller, act: string, to: TagChange): Promise<void> {
    await inTransaction(db, async tx => {
      if (!(await changeTag(tx, tag, to))) throw wechatErrors.tagChanged()
      await audit(tx, caller, {
        action: `wechat.tags.${act}`,
        subjectKind: 'tag',
        subjectId: tag.id,
        details: { name: tag.name, ...to },
      })
    })
  }

  return {
    list,
    ask,

    async create(name: string, caller: StaffCaller) {
      const { appId } = accounts.official()
      const tags = await tagsOf(db, appId)
      if (tags.length >= MOST_TAGS) throw wechatErrors.tooManyTags({ limit: MOST_TAGS })
      await mayBeCalled(appId, name, '')
      const id = newId()
      await inTransaction(db, async tx => {
        await insertTag(tx, { id, appId, name, state: 'active', createdAt: clock.now() })
        await audit(tx, caller, { action: 'wechat.tags.create', subjectKind: 'tag', subjectId: id, details: { name } })
      })
      await ask()
      return list()
    },

    async rename(tagId: string, name: string, caller: StaffCaller) {
      const tag = await known(tagId)
      await mayBeCalled(tag.appId, name, tagId)
      if (name !== tag.name) await change(tag, caller, 'rename', { name })
      await ask()
      return list()
    },

    async remove(tagId: string, caller: StaffCaller) {
      await change(await known(tagId), caller, 'delete', { state: 'deleting', conflict: '' })
      await ask()
      return list()
    },

    /** Decides a conflict; what is decided is brought to WeChat by the next run. */
    async resolve(tagId: string, how: 'ours' | 'theirs', caller: StaffCaller) {
      const tag = await known(tagId)
      if (tag.conflict === 'goneAtWechat' && how === 'theirs') {
        await inTransaction(db, async tx => {
          await dropTag(tx, tag.id)
          await audit(tx, caller, { action: 'wechat.tags.delete', subjectKind: 'tag', subjectId: tag.id })
        })
      } else if (tag.conflict === 'goneAtWechat') {
        // Made anew there, and everybody put under it again.
        await change(tag, caller, 'resolve', { remoteId: null, agreedName: '', conflict: '', syncedAt: null })
        await db
          .updateTable('wechat_tag_person')
          .set({ state: 'adding' })
          .where('tagId', '=', tag.id)
          .where('state', '=', 'on')
          .execute()
      } else if (tag.conflict === 'renamedBoth') {
        await change(
          tag,
          caller,
          'resolve',
          how === 'ours'
            ? { agreedName: tag.theirName.slice(0, 30), conflict: '', theirName: '' }
            : { name: tag.theirName.slice(0, 30), agreedName: tag.theirName.slice(0, 30), conflict: '', theirName: '' },
        )
      } else if (tag.conflict !== '') {
        await change(tag, caller, 'resolve', { conflict: '' })
      }
      await ask()
      return list()
    },

    /** Puts people under a tag, in the caller's transaction; WeChat hears of it by the next run. The seam for mass messages by tag. */
    tagPeople: (tx: Tx, tagId: string, openids: readonly string[]) => wantTag(tx, tagId, openids, clock.now()),
    /** Takes people from under a tag, likewise. */
    untagPeople: async (tx: Tx, tagId: string, openids: readonly string[]): Promise<void> => {
      if (openids.length > 0) await unwantTag(tx, tagId, openids, clock.now())
    },

    /** Brings every official account in step; one that cannot be reached keeps the others from nothing. */
    async sync(): Promise<void> {
      for (const account of accounts.all.filter(({ kind }) => kind === 'official')) await syncAccount(account)
    },
  }
}
