import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'

const FollowerId = z.string().length(43)

/** Somebody who follows an official account. WeChat tells no nickname: a name is known of members only. */
export const FollowerRow = z.object({
  followerId: FollowerId,
  appId: z.string(),
  /** The last characters of the openid, to tell one from another. */
  shortId: z.string(),
  followedAt: Instant,
  /** The channel code they came by; null = by search or a friend. */
  code: z.object({ codeId: z.string(), name: z.string() }).nullable(),
  tags: z.array(z.object({ tagId: z.string(), name: z.string(), onTheWay: z.boolean() })),
  /** Null also where the member belongs to another store. */
  member: z.object({ memberId: z.string(), name: z.string() }).nullable(),
  /** On the account's blacklist: their messages are not taken. */
  blacklisted: z.boolean(),
  /** They switched receiving off, as WeChat told us. */
  refuses: z.boolean(),
})
export type FollowerRow = z.output<typeof FollowerRow>

const Chosen = z.array(FollowerId).min(1).max(200)

/** The followers of the official account, for staff. */
export const followerOperations = operations({
  followers: {
    method: 'GET',
    path: '/admin/wechat/followers',
    access: 'staff:wechat.read',
    summary: 'Followers, newest first; staff of a store see those who came by a code of their stores',
    query: PageQuery.extend({
      appId: z.string().max(32).optional(),
      /** A phone or card number, the end of an openid, or a word in the name of a channel code. */
      search: z.string().trim().max(64).optional(),
      tagId: z.string().length(26).optional(),
      state: z.enum(['blacklisted', 'refuses']).optional(),
    }),
    reply: pageOf(FollowerRow),
  },
  tagFollowers: {
    method: 'POST',
    path: '/admin/wechat/followers/tag',
    access: 'staff:wechat.manage',
    summary: 'Put followers under a tag or take them from it; WeChat hears of it in the background',
    body: z.object({ followerIds: Chosen, tagId: z.string().length(26), has: z.boolean() }),
    reply: z.object({ people: z.int() }),
  },
  blockFollowers: {
    method: 'POST',
    path: '/admin/wechat/followers/block',
    access: 'staff:wechat.manage',
    summary: 'Put followers on the account’s blacklist or take them off it, here and at WeChat',
    body: z.object({ followerIds: Chosen, blocked: z.boolean() }),
    reply: z.object({ people: z.int() }),
  },
})
