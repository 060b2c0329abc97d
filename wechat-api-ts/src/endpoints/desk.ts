import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, openid, text, wideDigits, wideId } from './shapes.ts'

const kf_account = z.string().describe('name@account')
const deskErrors = [61451, 61452, 61453, 61454, 61455, 61456, 61457, 61458]
const Session = z.object({
  kf_account: z.string().default(''),
  createtime: number.optional(),
  openid: z.string().optional(),
})

/** Accounts, sessions and records of WeChat's own customer-service desk. */
export const desk = {
  list: get({
    does: 'All desk accounts.',
    path: '/cgi-bin/customservice/getkflist',
    reply: z.object({
      kf_list: list(
        z.object({
          kf_account: z.string(),
          kf_nick: text.optional(),
          kf_id: text.optional(),
          kf_headimgurl: z.string().optional(),
          kf_wx: z.string().optional(),
        }),
      ),
    }),
    source: '§3.3 S',
  }),
  online: get({
    does: 'Desk accounts that are online, with their open sessions.',
    path: '/cgi-bin/customservice/getonlinekflist',
    reply: z.object({
      kf_online_list: list(
        z.object({ kf_account: z.string(), status: number, kf_id: text.optional(), accepted_case: number.optional() }),
      ),
    }),
    source: '§3.3 S',
  }),
  add: post({
    does: 'Adds a desk account.',
    path: '/customservice/kfaccount/add',
    body: z.object({ kf_account, nickname: z.string() }),
    errors: deskErrors,
    source: '§3.3 S',
  }),
  update: post({
    does: 'Renames a desk account.',
    path: '/customservice/kfaccount/update',
    body: z.object({ kf_account, nickname: z.string() }),
    idempotent: true,
    errors: deskErrors,
    source: '§3.3 S',
  }),
  remove: get({
    does: 'Removes a desk account.',
    path: '/customservice/kfaccount/del',
    query: z.object({ kf_account }),
    errors: deskErrors,
    source: '§3.3 S',
  }),
  invite: post({
    does: 'Invites a WeChat user to work under a desk account.',
    path: '/customservice/kfaccount/inviteworker',
    body: z.object({ kf_account, invite_wx: z.string() }),
    errors: [...deskErrors, 65400, 65401, 65402, 65403, 65404, 65405, 65406, 65407],
    source: '§3.3 S',
  }),
  picture: post({
    does: 'Sets the picture of a desk account.',
    path: '/customservice/kfaccount/uploadheadimg',
    query: z.object({ kf_account }),
    upload: 'media',
    idempotent: true,
    errors: [40005, 40009, 40137, ...deskErrors],
    source: '§3.3 S',
  }),
  openSession: post({
    does: 'Gives a person to a desk account.',
    path: '/customservice/kfsession/create',
    body: z.object({ kf_account, openid }),
    idempotent: true,
    errors: [65400, 65401, 65413, 65414, 65415],
    source: '§3.3 S',
  }),
  closeSession: post({
    does: 'Ends a session.',
    path: '/customservice/kfsession/close',
    body: z.object({ kf_account, openid }),
    idempotent: true,
    errors: [65400, 65401, 65413],
    source: '§3.3 S',
  }),
  session: get({
    does: 'The desk account a person talks with; empty where there is none.',
    path: '/customservice/kfsession/getsession',
    query: z.object({ openid }),
    reply: Session,
    errors: [40003],
    source: '§3.3 S',
  }),
  sessions: get({
    does: 'The people a desk account talks with.',
    path: '/customservice/kfsession/getsessionlist',
    query: z.object({ kf_account }),
    reply: z.object({ sessionlist: list(Session) }),
    errors: deskErrors,
    source: '§3.3 S',
  }),
  waiting: get({
    does: 'People who wait for an answer (≤ 100).',
    path: '/customservice/kfsession/getwaitcase',
    reply: z.object({
      count: number.default(0),
      waitcaselist: list(z.object({ openid: z.string(), latest_time: number.optional() })),
    }),
    source: '§3.3 S',
  }),
  records: post({
    does: 'What was said at the desk within one day (≤ 10,000 a call).',
    path: '/customservice/msgrecord/getmsglist',
    body: z.object({
      starttime: z.number().int().describe('Unix seconds'),
      endtime: z.number().int().describe('≤ 24 h later'),
      msgid: wideDigits.describe('1 at first, then what the page before has told'),
      number: z.number().int().max(10_000),
    }),
    reply: z.object({
      recordlist: list(
        z.object({
          openid: z.string(),
          opercode: number,
          text: text.optional(),
          time: number,
          worker: z.string().optional(),
        }),
      ),
      number: number.optional(),
      msgid: wideId.optional(),
    }),
    idempotent: true,
    errors: [65416, 65417],
    source: '§3.3 S',
  }),
}
