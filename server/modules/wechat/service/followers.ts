import { WechatError, type WechatClient } from 'wechat-api-ts'
import type { z } from 'zod'
import { chunks, inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, encodeCursor, type Page, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { wechatErrors, type FollowerRow } from '../contract/index.ts'
import {
  blacklistedOpenids,
  chosenFollowers,
  codesOfScenes,
  followerPage,
  setBlacklisted,
  tagsOfPeople,
  type FollowerFilter,
} from '../repository/follower-list.ts'
import { countFollowers } from '../repository/relations.ts'
import { setBlocked } from '../repository/rights/grants.ts'
import { findTag, unwantTag, wantTag } from '../repository/tags.ts'
import type { Account, Accounts } from './accounts.ts'
import type { AuditAccounts } from './accounts/setup.ts'
import type { PeopleNeeds } from './desk.ts'

/** WeChat takes so many people of the blacklist at once (wechat-protocol §3.6). */
const AT_ONCE = 20
const SHORT = 6

interface Query extends PageQuery {
  readonly appId?: string | undefined
  readonly search?: string | undefined
  readonly tagId?: string | undefined
  readonly state?: FollowerFilter['state']
}

/** Followers for staff: who they are as far as WeChat tells, their tags, the blacklist. */
export function createFollowers(
  { db, clock }: Pick<Kernel, 'db' | 'clock'>,
  accounts: Accounts,
  needs: PeopleNeeds & { audit: AuditAccounts },
  /** Asks for the job that brings tags in step. */
  askSync: () => Promise<void>,
) {
  function accountOf(appId: string | undefined): Account {
    const account = appId === undefined ? accounts.official() : accounts.byId(appId)
    if (account === null || account.kind !== 'official') throw wechatErrors.noAccount({ kind: '公众号' })
    return account
  }

  async function searched(search: string | undefined, scope: Scope): Promise<FollowerFilter['search']> {
    if (search === undefined || search === '') return undefined
    return { openids: (await needs.peopleBy(search, scope)).map(({ openid }) => openid), word: search }
  }

  /** Tells WeChat of people for or off the blacklist; throws blacklistRefused. */
  async function tell(client: WechatClient, openids: readonly string[], blocked: boolean): Promise<void> {
    try {
      for (const run of chunks(openids, AT_ONCE))
        await (blocked ? client.blacklist.put({ openid_list: run }) : client.blacklist.take({ openid_list: run }))
    } catch (error) {
      throw error instanceof WechatError ? wechatErrors.blacklistRefused({ zh: error.zh, en: error.en }) : error
    }
  }

  return {
    async list(
      { cursor, limit, appId: asked, search, tagId, state }: Query,
      { scope }: StaffCaller,
    ): Promise<Page<z.input<typeof FollowerRow>>> {
      const { appId } = accountOf(asked)
      const [at, hash] = decodeCursor(cursor) ?? []
      const after = typeof at === 'number' && typeof hash === 'string' ? { at: new Date(at), hash } : null
      const filter = { appId, tagId, state, search: await searched(search, scope) }
      const rows = await followerPage(db, filter, scope, after, limit + 1)
      const shown = rows.slice(0, limit)
      const openids = shown.map(({ openid }) => openid)
      const [tags, codes, members] = await Promise.all([
        tagsOfPeople(db, appId, openids),
        codesOfScenes(db, [...new Set(shown.map(({ scene }) => scene).filter(Boolean))]),
        needs.membersAt(
          openids.map(openid => ({ appId, openid })),
          scope,
        ),
      ])
      const last = shown.at(-1)
      const everybody =
        scope.kind === 'all' && filter.search === undefined && tagId === undefined && state === undefined
      return {
        items: shown.map(({ openidHash, openid, changedAt, scene, blacklistedAt, blocked }) => {
          const code = codes.find(one => one.scene === scene)
          return {
            followerId: openidHash,
            appId,
            shortId: openid.slice(-SHORT),
            followedAt: changedAt,
            code: code === undefined ? null : { codeId: code.id, name: code.name },
            tags: tags
              .filter(tag => tag.openid === openid)
              .map(tag => ({ tagId: tag.tagId, name: tag.name, onTheWay: tag.state === 'adding' })),
            member: members.get(`${appId} ${openid}`) ?? null,
            blacklisted: blacklistedAt !== null,
            refuses: blocked === 1 && blacklistedAt === null,
          }
        }),
        next:
          rows.length > limit && last !== undefined ? encodeCursor([last.changedAt.getTime(), last.openidHash]) : null,
        total: everybody ? await countFollowers(db, appId) : null,
      }
    },

    /** Puts people under a tag, or takes them from it; returns how many of them the caller may see. Throws noSuchTag. */
    async tag(
      { followerIds, tagId, has }: { followerIds: string[]; tagId: string; has: boolean },
      caller: StaffCaller,
    ): Promise<{ people: number }> {
      const tag = await findTag(db, tagId)
      if (tag === undefined || tag.state !== 'active') throw wechatErrors.noSuchTag()
      const people = await chosenFollowers(db, tag.appId, followerIds, caller.scope)
      const openids = people.map(({ openid }) => openid)
      if (openids.length === 0) return { people: 0 }
      await inTransaction(db, async tx => {
        await (has ? wantTag(tx, tagId, openids, clock.now()) : unwantTag(tx, tagId, openids, clock.now()))
        await needs.audit(tx, caller, {
          action: has ? 'wechat.followers.tag' : 'wechat.followers.untag',
          subjectKind: 'tag',
          subjectId: tagId,
          details: { name: tag.name, people: openids.length },
        })
      })
      await askSync()
      return { people: openids.length }
    },

    /** Puts people on the blacklist or takes them off; WeChat is told first, a repeat is harmless there. Throws blacklistRefused. */
    async block(
      { followerIds, blocked }: { followerIds: string[]; blocked: boolean },
      caller: StaffCaller,
    ): Promise<{ people: number }> {
      const { appId, client } = accounts.official()
      const openids = (await chosenFollowers(db, appId, followerIds, caller.scope)).map(({ openid }) => openid)
      if (openids.length === 0) return { people: 0 }
      await tell(client, openids, blocked)
      const since = blocked ? clock.now() : null
      await inTransaction(db, async tx => {
        await setBlacklisted(tx, appId, openids, since)
        await setBlocked(tx, appId, openids, since)
        await needs.audit(tx, caller, {
          action: blocked ? 'wechat.followers.block' : 'wechat.followers.unblock',
          subjectKind: 'account',
          subjectId: appId,
          details: { people: openids.length },
        })
      })
      return { people: openids.length }
    },

    /** Takes over whom somebody has put on the blacklist, or taken off it, in WeChat's own console. */
    async syncBlacklist(): Promise<void> {
      for (const { appId, kind, client } of accounts.all) {
        if (kind !== 'official') continue
        const there = new Set<string>()
        for (let from: string | undefined = ''; from !== undefined;) {
          const page = await client.blacklist.list(from === '' ? {} : { begin_openid: from })
          const openids = page.data?.openid ?? []
          for (const openid of openids) there.add(openid)
          from =
            openids.length === 0 || page.next_openid === '' || page.next_openid === from ? undefined : page.next_openid
        }
        const here = new Set(await blacklistedOpenids(db, appId))
        const now = clock.now()
        const come = [...there].filter(openid => !here.has(openid))
        const gone = [...here].filter(openid => !there.has(openid))
        await inTransaction(db, async tx => {
          await setBlacklisted(tx, appId, come, now)
          await setBlocked(tx, appId, come, now)
          await setBlacklisted(tx, appId, gone, null)
          await setBlocked(tx, appId, gone, null)
        })
      }
    },
  }
}
export type Followers = ReturnType<typeof createFollowers>
