import { z } from 'zod'

/** One field of a template: its key decides its kind and length (wechat-protocol §3.1), its label is what the phone shows. */
export interface TemplateField {
  key: string
  label: string
}

/** A template as an account has it in WeChat's console. */
export interface Template {
  templateId: string
  title: string
  fields: TemplateField[]
}

/** One account of the sandbox, as an operator would have configured it in WeChat's console. */
export interface SandboxAccount {
  kind: 'official' | 'miniprogram'
  name: string
  /** One line on the profile page. */
  slogan: string
  appId: string
  secret: string
  /** gh_…, the account's own name in pushes. */
  originalId: string
  token: string
  /** EncodingAESKey, 43 characters. */
  aesKey: string
  mode: 'plain' | 'compatible' | 'safe'
  /** Accounts of one platform share a person's unionid (wechat-protocol §4.1). */
  platform: string
  /** Where pushes go; null = pushes are switched off. */
  callbackUrl: string | null
  /** Format of pushes: official accounts know XML only, mini-programs choose (wechat-protocol §1.1). */
  format: 'xml' | 'json'
  /** A subscription account (订阅号) may send one mass message a day; the others are service accounts (服务号). */
  subscription?: true
  /** Addresses that may ask for tokens; absent = all (40164). */
  ipWhitelist?: string[]
  /** The host that web log-ins may go back to; absent = any (wechat-protocol §3.9). */
  webDomain?: string
  /** Pages of the released mini-program; absent = every page exists (41030, 40165). */
  pages?: string[]
  /** Our name of a template → template. */
  templates: Record<string, Template>
}

const templates = {
  pointsArrived: {
    templateId: 'tmpl_points_arrived',
    title: '积分到账通知',
    fields: [
      { key: 'thing1', label: '消费门店' },
      { key: 'number2', label: '本次积分' },
      { key: 'number3', label: '积分余额' },
      { key: 'time4', label: '消费时间' },
    ],
  },
  pointsExpiring: {
    templateId: 'tmpl_points_expiring',
    title: '积分到期提醒',
    fields: [
      { key: 'number1', label: '到期积分' },
      { key: 'time2', label: '有效期至' },
    ],
  },
  serviceNotice: {
    templateId: 'tmpl_service_notice',
    title: '会员服务通知',
    fields: [
      { key: 'thing1', label: '服务事项' },
      { key: 'thing2', label: '说明' },
    ],
  },
  couponArrived: {
    templateId: 'tmpl_coupon_arrived',
    title: '优惠券到账提醒',
    fields: [
      { key: 'thing1', label: '优惠内容' },
      { key: 'time2', label: '有效期至' },
    ],
  },
  couponExpiring: {
    templateId: 'tmpl_coupon_expiring',
    title: '优惠券到期提醒',
    fields: [
      { key: 'thing1', label: '优惠内容' },
      { key: 'time2', label: '到期时间' },
    ],
  },
  pickupReady: {
    templateId: 'tmpl_pickup_ready',
    title: '自提提醒',
    fields: [
      { key: 'thing1', label: '商品名称' },
      { key: 'thing2', label: '自提门店' },
      { key: 'time3', label: '截止时间' },
    ],
  },
  pickupEnding: {
    templateId: 'tmpl_pickup_ending',
    title: '自提到期提醒',
    fields: [
      { key: 'thing1', label: '商品名称' },
      { key: 'thing2', label: '自提门店' },
      { key: 'time3', label: '截止时间' },
    ],
  },
  ticketReplied: {
    templateId: 'tmpl_ticket_replied',
    title: '客服回复提醒',
    fields: [
      { key: 'thing1', label: '咨询内容' },
      { key: 'thing2', label: '回复内容' },
    ],
  },
} satisfies Record<string, Template>

/** Where the product listens for the pushes of an account; `base` is the server's address. */
export const callbackUrl = (base: string, appId: string): string => `${base}/wechat/callback/${appId}`

/** The demo's service account (服务号), in safe mode. */
export const officialAccount: SandboxAccount = {
  kind: 'official',
  name: '禾谷超市',
  slogan: '家门口的好超市 · 新鲜每一天',
  appId: 'wx5e1f0c8a7b3d2946',
  secret: '7d3f5b1c9e8a4f6020c4d6e8f1a3b5c7',
  originalId: 'gh_3a7c5e9b1d20',
  token: 'hegu_callback_token',
  aesKey: 'HeGuSandboxEncodingKeyForTheServiceAccount1',
  mode: 'safe',
  platform: 'hegu',
  callbackUrl: null,
  format: 'xml',
  templates: {
    pointsArrived: templates.pointsArrived,
    pointsExpiring: templates.pointsExpiring,
    serviceNotice: templates.serviceNotice,
  },
}

/** The demo's mini-program (小程序), bound to the same open platform, so that both share unionids. */
export const miniprogramAccount: SandboxAccount = {
  kind: 'miniprogram',
  name: '禾谷会员',
  slogan: '会员码 · 积分 · 优惠券',
  appId: 'wx9b2d4f6a8c0e1357',
  secret: '1a2b3c4d5e6f708192a3b4c5d6e7f809',
  originalId: 'gh_8e2f4a6c0b13',
  token: 'hegu_miniprogram_token',
  aesKey: 'HeGuSandboxEncodingKeyForTheMiniProgramApp2',
  mode: 'safe',
  platform: 'hegu',
  callbackUrl: null,
  format: 'json',
  templates: {
    couponArrived: templates.couponArrived,
    couponExpiring: templates.couponExpiring,
    pickupReady: templates.pickupReady,
    pickupEnding: templates.pickupEnding,
    ticketReplied: templates.ticketReplied,
  },
}

/** The two accounts of the demo, the loop and the tests. */
export const defaultAccounts: SandboxAccount[] = [officialAccount, miniprogramAccount]

/** The menu the demo's account starts with; the product may replace it by menu/create. */
export const defaultMenu = {
  button: [
    { type: 'miniprogram', name: '会员码', appid: miniprogramAccount.appId, pagepath: 'pages/code/code', url: '' },
    { type: 'miniprogram', name: '券包', appid: miniprogramAccount.appId, pagepath: 'pages/wallet/wallet', url: '' },
    {
      name: '服务',
      sub_button: [
        { type: 'click', name: '联系客服', key: 'help' },
        { type: 'click', name: '门店与营业时间', key: 'stores' },
      ],
    },
  ],
}

/** The accounts as the product's WECHAT_ACCOUNTS wants them; `sandboxUrl` takes the place of api.weixin.qq.com. */
export const serverAccounts = (sandboxUrl: string, accounts: readonly SandboxAccount[] = defaultAccounts) =>
  accounts.map(({ kind, name, appId, secret, originalId, token, aesKey, mode, templates }) => ({
    kind,
    name,
    appId,
    secret,
    originalId,
    token,
    aesKey,
    mode,
    baseUrl: sandboxUrl,
    templates: Object.fromEntries(Object.entries(templates).map(([name, template]) => [name, template.templateId])),
  }))

const Named = z.object({
  templateId: z.string(),
  title: z.string(),
  fields: z.array(z.object({ key: z.string(), label: z.string() })),
})

/** Accounts as SANDBOX_ACCOUNTS gives them, a JSON array; throws with every problem. */
export const readAccounts = (json: string): SandboxAccount[] => {
  const read = z
    .array(
      z.object({
        kind: z.enum(['official', 'miniprogram']),
        name: z.string().min(1),
        slogan: z.string().default(''),
        appId: z.string().min(1),
        secret: z.string().min(1),
        originalId: z.string().min(1),
        token: z.string().min(1),
        aesKey: z.string().regex(/^[A-Za-z0-9]{43}$/, '43 letters and digits'),
        mode: z.enum(['plain', 'compatible', 'safe']).default('safe'),
        platform: z.string().default('platform'),
        callbackUrl: z.url().nullable().default(null),
        format: z.enum(['xml', 'json']).default('xml'),
        subscription: z.literal(true).exactOptional(),
        ipWhitelist: z.array(z.string()).exactOptional(),
        webDomain: z.string().exactOptional(),
        pages: z.array(z.string()).exactOptional(),
        templates: z.record(z.string(), Named).default({}),
      }),
    )
    .min(1)
    .safeParse(JSON.parse(json))
  if (!read.success) throw new Error(`SANDBOX_ACCOUNTS: ${z.prettifyError(read.error)}`)
  return read.data
}
