import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { ReplyMessage } from './replies.ts'

const Id = z.string().length(26)
const params = z.object({ codeId: Id })
const StoreCode = z.string().min(1).max(32)

/** What a channel code hangs on: a member of staff in a store, a shelf, a leaflet, a poster. */
export const CodeKind = z.enum(['store_staff', 'shelf', 'leaflet', 'poster'])
/** Where it leads: to a follow of the official account, or to the mini-program's card page. */
export const CodeOpens = z.enum(['official', 'mini'])
/** planned and making: WeChat is being asked; failed: it refused, see `problem`. */
export const CodeState = z.enum(['planned', 'making', 'ready', 'failed', 'retired'])

export const CodeRow = z.object({
  codeId: z.string(),
  appId: z.string(),
  scene: z.string(),
  kind: CodeKind,
  opens: CodeOpens,
  name: z.string(),
  storeCode: z.string().nullable(),
  staffId: z.string().nullable(),
  /** The recruiter by name. */
  staffName: z.string().nullable(),
  permanent: z.boolean(),
  validUntil: Instant.nullable(),
  welcome: z.array(ReplyMessage).nullable(),
  tagId: z.string().nullable(),
  tagName: z.string().nullable(),
  state: CodeState,
  /** What the picture holds: draw it as a QR code; empty for a mini-program code, whose picture is WeChat's own. */
  url: z.string(),
  /** Why WeChat refused, in both languages. */
  problem: z.object({ zh: z.string(), en: z.string() }).nullable(),
  createdAt: Instant,
})
export type CodeRow = z.output<typeof CodeRow>

const Shared = z.object({
  /** null = the usual welcome; at most 3, for the window that a scan opens holds 3. */
  welcome: z.array(ReplyMessage).min(1).max(3).nullable().default(null),
  tagId: Id.nullable().default(null),
})
/** A new code. Permanent, or temporary until `validUntil` (30 days at most for the official account). */
export const NewCode = Shared.extend({
  kind: CodeKind,
  opens: CodeOpens.default('official'),
  name: z.string().trim().min(1).max(60),
  storeCode: StoreCode.nullable().default(null),
  staffId: Id.nullable().default(null),
  validUntil: z.iso.datetime().nullable().default(null),
})
export type NewCode = z.output<typeof NewCode>

/** What of a code may still be changed: the picture that hangs in the shop stays the same. */
export const CodeChange = Shared.extend({
  name: z.string().trim().min(1).max(60),
  staffId: Id.nullable().default(null),
})
export type CodeChange = z.output<typeof CodeChange>

/** Codes for many members of staff at once, one living code for each pair. */
export const NewCodes = Shared.extend({
  opens: CodeOpens.default('official'),
  pairs: z
    .array(z.object({ storeCode: StoreCode, staffId: Id }))
    .min(1)
    .max(500),
})
export type NewCodes = z.output<typeof NewCodes>

export const CodesQuery = PageQuery.extend({
  search: z.string().trim().max(60).optional(),
  kind: CodeKind.optional(),
  storeCode: StoreCode.optional(),
  staffId: Id.optional(),
  state: CodeState.optional(),
})
export type CodesQuery = z.output<typeof CodesQuery>

/** Channel codes, for staff within their stores; and the mini-program's word that somebody came by one. */
export const codeOperations = operations({
  codes: {
    method: 'GET',
    path: '/admin/wechat/codes',
    access: 'staff:codes.read',
    summary: 'Channel codes of the caller’s stores, newest first',
    query: CodesQuery,
    reply: pageOf(CodeRow),
  },
  codePeople: {
    method: 'GET',
    path: '/admin/wechat/code-people',
    access: 'staff:codes.read',
    summary: 'Who can be a recruiter: active staff of the caller’s stores, by name',
    reply: z.object({
      items: z.array(
        z.object({ staffId: z.string(), name: z.string(), role: z.string(), stores: z.array(z.string()) }),
      ),
    }),
  },
  code: {
    method: 'GET',
    path: '/admin/wechat/codes/:codeId',
    access: 'staff:codes.read',
    summary: 'One channel code',
    params,
    reply: CodeRow,
  },
  createCode: {
    method: 'POST',
    path: '/admin/wechat/codes',
    access: 'staff:codes.write',
    summary: 'Make a channel code; WeChat is asked at once in the background',
    body: NewCode,
    reply: CodeRow,
  },
  createCodes: {
    method: 'POST',
    path: '/admin/wechat/codes/bulk',
    access: 'staff:codes.write',
    summary: 'Make a code for each store and member of staff that has none yet',
    body: NewCodes,
    reply: z.object({ created: z.int(), existing: z.int() }),
  },
  updateCode: {
    method: 'PUT',
    path: '/admin/wechat/codes/:codeId',
    access: 'staff:codes.write',
    summary: 'Change name, recruiter, welcome or tag; the picture stays the same',
    params,
    body: CodeChange,
    reply: CodeRow,
  },
  retryCode: {
    method: 'POST',
    path: '/admin/wechat/codes/:codeId/retry',
    access: 'staff:codes.write',
    summary: 'Ask WeChat again for a code it refused',
    params,
    reply: CodeRow,
  },
  retireCode: {
    method: 'POST',
    path: '/admin/wechat/codes/:codeId/retire',
    access: 'staff:codes.write',
    summary: 'Use a code no more: it says, tags and credits nothing from now on',
    params,
    reply: CodeRow,
  },
  codeImage: {
    method: 'GET',
    path: '/admin/wechat/codes/:codeId/image',
    access: 'staff:codes.read',
    summary: 'The picture of a mini-program code, as WeChat draws it',
    params,
    reply: z.void(),
    raw: true,
  },
  noteScan: {
    method: 'POST',
    path: '/shop/scans',
    access: 'shopper',
    summary: 'The mini-program was opened by a channel code',
    body: z.object({ scene: z.string().min(1).max(32) }),
    reply: z.void(),
  },
})
