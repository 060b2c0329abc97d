import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

export const AccountKind = z.enum(['official', 'miniprogram'])
export type AccountKind = z.output<typeof AccountKind>

/** How pushes are sealed, as chosen in WeChat's console (wechat-protocol §1.1). */
export const AccountMode = z.enum(['plain', 'compatible', 'safe'])

/** What the last look at an account's callback has found. */
const Door = z.object({
  /** When WeChat's console last verified the address. */
  verifiedAt: Instant.nullable(),
  /** When the newest push was taken in, to within seconds. */
  pushedAt: Instant.nullable(),
  refusedAt: Instant.nullable(),
  /** Why the last refused push was refused: badSignature, cannotDecrypt, wrongApp, notEncrypted … */
  refusedReason: z.string(),
})

export const WechatAccountRow = z.object({
  appId: z.string(),
  kind: AccountKind,
  name: z.string(),
  state: z.enum(['active', 'disabled']),
  /** environment: named by WECHAT_ACCOUNTS and not changed since. */
  source: z.enum(['environment', 'staff']),
  /** The one that is meant where no account is named. */
  isDefault: z.boolean(),
  mode: AccountMode,
  /** The address to enter in WeChat's console. */
  callbackUrl: z.string(),
  followers: z.int().nullable(),
  door: Door,
})

/** One account as staff see it; no secret ever leaves. */
export const WechatAccountDetail = WechatAccountRow.extend({
  originalId: z.string(),
  baseUrl: z.string(),
  templates: z.record(z.string(), z.string()),
  /** Whether pushes sealed with the key before the last change are still read. */
  hasPreviousKey: z.boolean(),
  keyChangedAt: Instant.nullable(),
  version: z.int(),
})
export type WechatAccountDetail = z.output<typeof WechatAccountDetail>

/** What is entered in WeChat's console; shown this once. */
export const ConsoleEntries = z.object({
  callbackUrl: z.string(),
  /** Null when it stays as it is. */
  token: z.string().nullable(),
  aesKey: z.string(),
})
export type ConsoleEntries = z.output<typeof ConsoleEntries>

const AppId = z
  .string()
  .trim()
  .regex(/^wx[0-9a-z]{8,30}$/)
const Secret = z
  .string()
  .trim()
  .regex(/^[0-9a-zA-Z]{8,64}$/)
const Name = z.string().trim().min(1).max(64)
const OriginalId = z
  .string()
  .trim()
  .regex(/^(gh_[0-9a-z]{6,28})?$/)
const BaseUrl = z
  .string()
  .trim()
  .max(200)
  .refine(text => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'an http(s) address')
const Templates = z.record(z.string().regex(/^[A-Za-z][\w]{0,39}$/), z.string().trim().min(1).max(64))

export const NewWechatAccount = z.object({
  kind: AccountKind,
  appId: AppId,
  secret: Secret,
  name: Name,
  originalId: OriginalId.default(''),
  mode: AccountMode.default('safe'),
  /** Left out: WeChat's own host, or the one that the installation names (WECHAT_API_URL). */
  baseUrl: BaseUrl.optional(),
})
export type NewWechatAccount = z.output<typeof NewWechatAccount>

export const WechatAccountChange = z.object({
  /** What was read; refused when somebody has changed the account since. */
  version: z.int(),
  name: Name.optional(),
  /** Left out: stays as it is. */
  secret: Secret.optional(),
  originalId: OriginalId.optional(),
  mode: AccountMode.optional(),
  baseUrl: BaseUrl.optional(),
  templates: Templates.optional(),
  state: z.enum(['active', 'disabled']).optional(),
  isDefault: z.literal(true).optional(),
})
export type WechatAccountChange = z.output<typeof WechatAccountChange>

/** One step of the self-test. */
export const AccountCheck = z.enum(['token', 'callback', 'reach', 'ips', 'quota', 'menu', 'materials'])
export type AccountCheck = z.output<typeof AccountCheck>

/** What a step has found: `code` says it in one word that the admin translates, `facts` are what the words need. */
export const CheckResult = z.object({
  check: AccountCheck,
  tone: z.enum(['good', 'warn', 'bad', 'note']),
  code: z.string(),
  facts: z.record(z.string(), z.string()),
  /** Calls a day, by endpoint; of the quota step. */
  quotas: z.array(z.object({ path: z.string(), limit: z.int(), used: z.int(), remain: z.int() })),
  at: Instant,
})
export type CheckResult = z.output<typeof CheckResult>

const ById = z.object({ appId: z.string().max(32) })

/** The connected accounts: what staff see of them, set up, test, change and take away. */
export const accountOperations = operations({
  accounts: {
    method: 'GET',
    path: '/admin/wechat/accounts',
    access: 'staff:wechat.read',
    summary: 'The connected WeChat accounts, the default of each kind first',
    reply: z.object({ items: z.array(WechatAccountRow) }),
  },
  account: {
    method: 'GET',
    path: '/admin/wechat/accounts/:appId',
    access: 'staff:wechat.read',
    summary: 'One connected account; secrets never leave',
    params: ById,
    reply: WechatAccountDetail,
  },
  addAccount: {
    method: 'POST',
    path: '/admin/wechat/accounts',
    access: 'staff:wechat.accounts',
    summary: 'Connect an account; answers once with what is to be entered in WeChat’s console',
    body: NewWechatAccount,
    reply: z.object({ account: WechatAccountDetail, console: ConsoleEntries }),
  },
  changeAccount: {
    method: 'PATCH',
    path: '/admin/wechat/accounts/:appId',
    access: 'staff:wechat.accounts',
    summary: 'Change an account: name, secret, mode, templates, on or off, default',
    params: ById,
    body: WechatAccountChange,
    reply: WechatAccountDetail,
  },
  renewKeys: {
    method: 'POST',
    path: '/admin/wechat/accounts/:appId/keys',
    access: 'staff:wechat.accounts',
    summary: 'Make a new message key (the old one stays readable) and, where asked, a new token; shown once',
    params: ById,
    body: z.object({ version: z.int(), token: z.boolean().default(false) }),
    reply: z.object({ account: WechatAccountDetail, console: ConsoleEntries }),
  },
  removeAccount: {
    method: 'DELETE',
    path: '/admin/wechat/accounts/:appId',
    access: 'staff:wechat.accounts',
    summary: 'Take an account away with all its secrets; what was received and sent stays',
    params: ById,
    reply: z.void(),
  },
  checkAccount: {
    method: 'POST',
    path: '/admin/wechat/accounts/:appId/checks',
    access: 'staff:wechat.accounts',
    summary: 'Run one step of the self-test against WeChat',
    params: ById,
    body: z.object({ check: AccountCheck }),
    reply: CheckResult,
  },
})
