import { z } from 'zod'

const key32 = z.base64().refine(text => Buffer.from(text, 'base64').length === 32, '32 bytes in base64')
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      text => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
      `a ${protocols.join(' or ')} address`,
    )
const flag = z.enum(['true', 'false']).transform(text => text === 'true')
const count = z.coerce.number().int()

/** A WeChat account as it stands in the environment. */
const WechatAccount = z.object({
  appId: z.string().min(1),
  secret: z.string().min(1),
  kind: z.enum(['official', 'miniprogram']),
  /** What staff call it. */
  name: z.string().max(64).default(''),
  originalId: z.string().default(''),
  token: z.string().default(''),
  aesKey: z.string().length(43).optional(),
  previousAesKey: z.string().length(43).optional(),
  mode: z.enum(['plain', 'compatible', 'safe']).default('safe'),
  baseUrl: z.string().default('https://api.weixin.qq.com'),
  /** Template ids by our own names, e.g. pointsArrived, couponArrived, ticketReplied. */
  templates: z.record(z.string(), z.string()).default({}),
})
export type WechatAccount = z.output<typeof WechatAccount>

const amount = (standard: number) => z.int().min(0).default(standard)

/**
 * WeChat's limits as its pages state them today (wechat-protocol §3): data, because WeChat changes them. Rates are the
 * ones that all processes together keep; a route that is not named has none.
 */
const WechatLimits = z.object({
  /** Answers that a message of a person allows, and for how long (45015, 45047). */
  messageWindowCount: amount(5),
  messageWindowHours: amount(48),
  /** The same for a menu tap, a follow or a scan. */
  touchWindowCount: amount(3),
  touchWindowSeconds: amount(60),
  /** Mass messages that a follower takes in a calendar month. */
  massAMonth: amount(4),
  /** After so many days a refusal (48002, 43019, "user block") is no longer believed and the person is tried again. */
  blockDays: amount(30),
  /** How long WeChat surely remembers a client_msg_id; [U] ten minutes, we stop before. */
  rememberedSeconds: amount(540),
  /** The same for the clientmsgid of a mass message: a day. */
  massRememberedSeconds: amount(82_800),
  /** Messages a second by route and account. */
  perSecond: z
    .record(z.string(), z.int().min(1))
    .default({ template: 500, subscribe: 500, customer_service: 500, one_off: 500, mass: 1 }),
  /** Messages a minute by route and account (45011); WeChat states none for these routes, so none is held unless named. */
  perMinute: z.record(z.string(), z.int().min(1)).default({}),
  /** Messages a day (of the shop's zone) by route and account. */
  perDay: z.record(z.string(), z.int().min(1)).default({ template: 100_000, customer_service: 500_000, mass: 100 }),
})
export type WechatLimits = z.output<typeof WechatLimits>

const jsonOf = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, ctx): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        ctx.addIssue({ code: 'custom', message: 'not valid JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

/** Every variable of the environment that the product reads; there is no other place that reads it. */
export const ConfigSchema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  /** Where the server listens; PUBLIC_URL is what browsers and WeChat call it. */
  HOST: z.string().default('127.0.0.1'),
  PORT: count.min(0).max(65_535).default(7300),
  PUBLIC_URL: url('http', 'https').default('http://127.0.0.1:7300'),
  DATABASE_URL: url('mysql'),
  DATABASE_POOL: count.min(1).max(200).default(10),
  REDIS_URL: url('redis', 'rediss'),
  /** Keeps several installations apart in one Redis; the braces keep BullMQ's keys in one cluster slot. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[\w-]+$/)
    .default('zg'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** Uploaded files and the drop folder. */
  DATA_DIR: z.string().default('.local/data'),
  /** Where the built admin and the mini-program's browser host lie; empty = not served. */
  ADMIN_DIR: z.string().default(''),
  MINIPROGRAM_HOST_DIR: z.string().default(''),
  SHOP_ZONE: z.string().default('Asia/Shanghai'),
  /** Versioned keys for personal data, 'v1:<base64>,v2:<base64>', newest last; made by `openssl rand -base64 32`. */
  VAULT_KEYS: z.string().transform((text, ctx) => {
    const keys = new Map<string, Buffer>()
    for (const part of text.split(',')) {
      const [version = '', key = ''] = part.split(/:(.*)/s)
      if (!/^v\d+$/.test(version) || !key32.safeParse(key).success) {
        ctx.addIssue({ code: 'custom', message: 'expected v1:<32 bytes in base64>[,v2:…]' })
        return z.NEVER
      }
      keys.set(version, Buffer.from(key, 'base64'))
    }
    return keys
  }),
  /** The key of the look-up hashes; changing it needs every hash to be made anew. */
  VAULT_LOOKUP_KEY: key32.transform(text => Buffer.from(text, 'base64')),
  /** JSON array of accounts: see docs/wechat.md. */
  WECHAT_ACCOUNTS: jsonOf(z.array(WechatAccount)).default([]),
  /** Where accounts that are connected in the admin call, unless they name an address of their own. */
  WECHAT_API_URL: url('http', 'https').default('https://api.weixin.qq.com'),
  /** The SMS gateway of the verification codes; empty = SMS is off. */
  SMS_URL: z.string().default(''),
  /** How far back binding a card credits past sales: 'all' or a number of days. */
  POINTS_BACKCREDIT_DAYS: z.union([z.literal('all'), count.min(0)]).default('all'),
  /** 家庭账户: how many may share a wallet with its head; 0 = the shop offers none. */
  HOUSEHOLD_LIMIT: count.min(0).max(20).default(4),
  /** An old card above this balance, or unused for so many days, needs a second proof. */
  POINTS_CLAIM_DAYS: count.min(0).default(30),
  CARD_PROOF_POINTS: count.min(0).default(2000),
  CARD_PROOF_DAYS: count.min(0).default(365),
  /** Messages a second that campaigns may send, over all processes. */
  CAMPAIGN_RATE: count.min(1).default(200),
  /** Points of sales older than so many days bring no 积分到账 notice (an import of the past says nothing). */
  POINTS_NOTICE_DAYS: count.min(0).default(7),
  /** After so many seconds without a result, a message under way counts as left behind by a fallen process. */
  WECHAT_SEND_LEASE_SECONDS: count.min(5).default(30),
  /** An answer of WeChat that takes longer counts as lost: whether the call was worked is not known then. */
  WECHAT_TIMEOUT_SECONDS: count.min(1).max(20).default(5),
  /** JSON: the limits of WeChat that differ from what its pages say, see WechatLimits. */
  WECHAT_LIMITS: jsonOf(WechatLimits).default(WechatLimits.parse({})),
  /** After so many days the text and the address of an ended message are emptied; after so many its row goes. */
  WECHAT_CONTENT_KEPT_DAYS: count.min(1).default(180),
  WECHAT_MESSAGES_KEPT_DAYS: count.min(1).default(1_095),
  /** Older entries of the ledger of message rights are carried over as sums. */
  WECHAT_RIGHTS_KEPT_DAYS: count.min(2).default(400),
  /** Seconds after which the job of a worker that has fallen, and the events that it was handing over, are taken over. */
  JOB_LOCK_SECONDS: count.min(2).default(15),
  /** Whether the session cookie needs https; always true behind a public name. */
  COOKIE_SECURE: flag.default(false),
  /** Proofs only: points at which the process falls, see kernel/faults.ts. Refused in production. */
  FAULT_POINTS: z.string().default(''),
  /** Proofs only: the file that says what time it is, see kernel/clock.ts. Refused in production. */
  CLOCK_FILE: z.string().default(''),
})
export type Config = z.output<typeof ConfigSchema>

/** Thrown with every problem of the environment at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `配置有 ${problems.length} 处问题 / ${problems.length} configuration problem(s):\n${problems.map(p => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** Reads the environment; throws a ConfigError that lists all problems. An empty variable counts as not given. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const result = ConfigSchema.safeParse(given)
  const problems = result.success
    ? []
    : result.error.issues.map(
        issue =>
          `${issue.path.join('.')}: ${given[String(issue.path[0])] === undefined ? '未设置 / missing' : issue.message}`,
      )
  if (result.success && result.data.NODE_ENV === 'production') {
    if (result.data.FAULT_POINTS !== '') problems.push('FAULT_POINTS: 生产环境不可用 / not allowed in production')
    if (result.data.CLOCK_FILE !== '') problems.push('CLOCK_FILE: 生产环境不可用 / not allowed in production')
    if (!result.data.COOKIE_SECURE) problems.push('COOKIE_SECURE: 生产环境必须为 true / must be true in production')
  }
  if (!result.success || problems.length > 0) throw new ConfigError(problems)
  return result.data
}
