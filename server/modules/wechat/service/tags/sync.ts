import { WechatError } from 'wechat-api-ts'
import type { Kernel } from '../../../../kernel/module.ts'
import {
  changeTag,
  dropTag,
  dropUnseen,
  insertTag,
  noteThere,
  settleAdded,
  settleRemoved,
  tagsOf,
  waitingPeople,
  type TagRecord,
} from '../../repository/tags.ts'
import type { Account } from '../accounts.ts'

/** WeChat's own tags (wechat-protocol §3.6): 星标组 and the like are not ours to touch. */
const SYSTEM_TAGS = new Set([0, 1, 2])
/** WeChat takes at most so many people at once. */
const BATCH = 50
/** Everybody under a tag is read again after so long. */
const READ_AGAIN_MS = 6 * 3_600_000
/** What WeChat says to one person, not to the tag: the others of the batch are tried by themselves. */
const PERSONAL = new Set([40003, 40032, 45059, 49003])
const REFUSED: Readonly<Record<number, string>> = {
  45056: 'tooMany',
  45057: 'tooLarge',
  45157: 'badName',
  45158: 'badName',
}

type Remote = { readonly id: number; readonly name: string }

const codeOf = (error: unknown): number => {
  if (error instanceof WechatError && error.code !== null) return error.code
  throw error
}

/**
 * Brings an account's tags and the people under them in step with WeChat's, both ways. Every step may be repeated, so a run
 * that falls is simply begun again; the long reading of people goes on where it was.
 */
export function createTagSync({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>) {
  /** A refusal that a person has to look at; what only has to wait is thrown on. */
  const refuse = async (tag: TagRecord, error: unknown): Promise<void> => {
    const conflict = REFUSED[codeOf(error)]
    if (conflict === undefined) throw error
    await changeTag(db, tag, { conflict, state: 'active' })
  }

  async function agree(account: Account, tag: TagRecord, there: Remote): Promise<void> {
    const { client } = account
    if (there.name === tag.name) {
      await changeTag(db, tag, { agreedName: tag.name, conflict: '', theirName: '' })
    } else if (there.name === tag.agreedName) {
      try {
        await client.tags.rename({ tag: { id: there.id, name: tag.name } })
        await changeTag(db, tag, { agreedName: tag.name, conflict: '', theirName: '' })
      } catch (error) {
        await refuse(tag, error)
      }
    } else if (tag.name === tag.agreedName) {
      await changeTag(db, tag, { name: there.name, agreedName: there.name, conflict: '', theirName: '' })
    } else {
      await changeTag(db, tag, { conflict: 'renamedBoth', theirName: there.name.slice(0, 60) })
    }
  }

  /** False when WeChat keeps it: too many people are under it. */
  async function remove(account: Account, tag: TagRecord, there: Remote | undefined): Promise<boolean> {
    try {
      if (there !== undefined) await account.client.tags.remove({ tag: { id: there.id } })
      await dropTag(db, tag.id)
      return true
    } catch (error) {
      await refuse(tag, error)
      return false
    }
  }

  async function create(account: Account, tag: TagRecord, twin: Remote | undefined): Promise<void> {
    try {
      const made = twin ?? (await account.client.tags.create({ tag: { name: tag.name } })).tag
      await changeTag(db, tag, { remoteId: made.id, agreedName: tag.name, conflict: '' })
    } catch (error) {
      await refuse(tag, error)
    }
  }

  async function names(account: Account): Promise<void> {
    const remote = (await account.client.tags.list()).tags.filter(({ id }) => !SYSTEM_TAGS.has(id))
    const ours = await tagsOf(db, account.appId)
    const linked = new Set(ours.map(({ remoteId }) => remoteId))
    // WeChat's list was read before: what is deleted now must not come back by it.
    const gone = new Set<number | null>()
    for (const tag of ours) {
      const there = remote.find(({ id }) => id === tag.remoteId)
      if (tag.state === 'deleting') {
        if (await remove(account, tag, there)) gone.add(tag.remoteId)
      } else if (there !== undefined) await agree(account, tag, there)
      else if (tag.remoteId !== null) await changeTag(db, tag, { conflict: 'goneAtWechat' })
      else
        await create(
          account,
          tag,
          remote.find(({ id, name }) => name === tag.name && !linked.has(id)),
        )
    }
    const known = new Set((await tagsOf(db, account.appId)).map(({ remoteId }) => remoteId))
    for (const { id, name } of remote.filter(one => !known.has(one.id) && !gone.has(one.id)))
      await insertTag(db, {
        id: newId(),
        appId: account.appId,
        name: name.slice(0, 30),
        remoteId: id,
        agreedName: name.slice(0, 30),
        state: 'active',
        createdAt: clock.now(),
      })
  }

  async function push(account: Account, tagId: string, remoteId: number): Promise<void> {
    const put = (openids: readonly string[]) =>
      account.client.tags.put({ openid_list: [...openids], tagid: remoteId }).then(
        () => settleAdded(db, tagId, openids, null, clock.now()),
        async (error: unknown) => {
          const code = codeOf(error)
          if (!PERSONAL.has(code)) throw error
          if (openids.length === 1) return settleAdded(db, tagId, openids, code, clock.now())
          for (const openid of openids) await put([openid])
          return undefined
        },
      )
    for (;;) {
      const openids = await waitingPeople(db, tagId, 'adding', BATCH)
      if (openids.length === 0) break
      await put(openids)
    }
    const take = (openids: readonly string[]): Promise<unknown> =>
      account.client.tags.take({ openid_list: [...openids], tagid: remoteId }).then(
        () => settleRemoved(db, tagId, openids),
        async (error: unknown) => {
          if (!PERSONAL.has(codeOf(error))) throw error
          // Who is no follower any more has no tag to lose.
          if (openids.length === 1) return settleRemoved(db, tagId, openids)
          for (const openid of openids) await take([openid])
          return undefined
        },
      )
    for (;;) {
      const openids = await waitingPeople(db, tagId, 'removing', BATCH)
      if (openids.length === 0) break
      await take(openids)
    }
  }

  /** Reads who has a tag at WeChat, a page at a time; the place is kept, so that a fallen reading goes on. */
  async function read(account: Account, tag: TagRecord, remoteId: number): Promise<void> {
    let { readingFrom, readingRun: run } = tag
    const isDue = tag.syncedAt === null || clock.now().getTime() - tag.syncedAt.getTime() > READ_AGAIN_MS
    if (run === null && !isDue) return
    if (run === null) {
      run = newId()
      readingFrom = ''
      await changeTag(db, tag, { readingRun: run, readingFrom })
    }
    const began = clock.now()
    for (;;) {
      const page = await account.client.tags.members({
        tagid: remoteId,
        ...(readingFrom === null || readingFrom === '' ? {} : { next_openid: readingFrom }),
      })
      const openids = page.data?.openid ?? []
      if (openids.length > 0) await noteThere(db, tag.id, openids, run, began)
      const next = page.next_openid ?? ''
      if (openids.length === 0 || next === '' || next === readingFrom) break
      readingFrom = next
      await changeTag(db, tag, { readingFrom })
    }
    await dropUnseen(db, tag.id, run, began)
    await changeTag(db, tag, { readingRun: null, readingFrom: null, syncedAt: clock.now() })
  }

  return async (account: Account): Promise<void> => {
    await names(account)
    for (const tag of await tagsOf(db, account.appId)) {
      if (tag.remoteId === null || tag.state !== 'active' || tag.conflict === 'goneAtWechat') continue
      await push(account, tag.id, tag.remoteId)
      await read(account, tag, tag.remoteId)
    }
  }
}
