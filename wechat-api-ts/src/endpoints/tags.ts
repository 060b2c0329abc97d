import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, openid } from './shapes.ts'
import { OpenidPage } from './users.ts'

const Name = z.object({ name: z.string().describe('≤ 30 characters') })
const tagid = z.number().int()
const Members = z.object({ openid_list: z.array(z.string()).describe('≤ 50'), tagid })
const People = z.object({ openid_list: z.array(z.string()).describe('≤ 20') })

/** Tags of followers: ≤ 100 an account, ≤ 20 a follower; ids 0, 1 and 2 are WeChat's own. */
export const tags = {
  create: post({
    does: 'Makes a tag.',
    path: '/cgi-bin/tags/create',
    body: z.object({ tag: Name }),
    reply: z.object({ tag: z.object({ id: number, name: z.string() }) }),
    errors: [45056, 45157, 45158],
    source: '§3.6 D',
  }),
  list: get({
    does: 'All tags with their numbers of followers.',
    path: '/cgi-bin/tags/get',
    reply: z.object({ tags: list(z.object({ id: number, name: z.string(), count: number })) }),
    source: '§3.6 D',
  }),
  rename: post({
    does: 'Renames a tag.',
    path: '/cgi-bin/tags/update',
    body: z.object({ tag: Name.extend({ id: tagid }) }),
    idempotent: true,
    errors: [45058, 45157, 45158, 45159],
    source: '§3.6 D',
  }),
  remove: post({
    does: 'Removes a tag; refused above 100,000 followers (45057).',
    path: '/cgi-bin/tags/delete',
    body: z.object({ tag: z.object({ id: tagid }) }),
    idempotent: true,
    errors: [45057, 45058, 45159],
    source: '§3.6 D',
  }),
  members: post({
    does: 'One page of the followers under a tag.',
    path: '/cgi-bin/user/tag/get',
    body: z.object({ tagid, next_openid: z.string().optional() }),
    reply: OpenidPage,
    idempotent: true,
    errors: [40003, 45159],
    source: '§3.6 D',
  }),
  put: post({
    does: 'Puts a tag on up to 50 followers.',
    path: '/cgi-bin/tags/members/batchtagging',
    body: Members,
    idempotent: true,
    errors: [40003, 40032, 45059, 45159, 49003],
    source: '§3.6 D',
  }),
  take: post({
    does: 'Takes a tag from up to 50 followers.',
    path: '/cgi-bin/tags/members/batchuntagging',
    body: Members,
    idempotent: true,
    errors: [40003, 40032, 45159, 49003],
    source: '§3.6 D',
  }),
  ofPerson: post({
    does: 'The tags of one follower.',
    path: '/cgi-bin/tags/getidlist',
    body: z.object({ openid }),
    reply: z.object({ tagid_list: list(number) }),
    idempotent: true,
    errors: [40003, 49003],
    source: '§3.6 D',
  }),
}

/** People whose messages the account does not take. */
export const blacklist = {
  list: post({
    does: 'One page (≤ 10,000) of the blacklist.',
    path: '/cgi-bin/tags/members/getblacklist',
    body: z.object({ begin_openid: z.string().optional() }),
    reply: OpenidPage,
    idempotent: true,
    errors: [40003],
    source: '§3.6 S',
  }),
  put: post({
    does: 'Puts up to 20 people on the blacklist.',
    path: '/cgi-bin/tags/members/batchblacklist',
    body: People,
    idempotent: true,
    errors: [40003, 40032, 49003],
    source: '§3.6 S',
  }),
  take: post({
    does: 'Takes up to 20 people off the blacklist.',
    path: '/cgi-bin/tags/members/batchunblacklist',
    body: People,
    idempotent: true,
    errors: [40003, 40032, 49003],
    source: '§3.6 S',
  }),
}
