import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

const Id = z.string().length(26)
const AppId = z.string().min(1).max(32)
// A draft may be unfinished: the limits of WeChat are checked when it is to be published.
const draft = (most: number) => z.string().max(most).default('')

/** What a tap on a menu entry does, by WeChat's own names. */
export const ButtonType = z.enum([
  'click',
  'view',
  'miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'media_id',
  'article_id',
])
export type ButtonType = z.output<typeof ButtonType>

/** An entry that does something; which fields count depends on the type. */
export const MenuButton = z.object({
  name: draft(60),
  type: ButtonType,
  /** click, scancode, pic, location: what comes back to us. */
  key: draft(200),
  /** view; miniprogram: for clients too old. */
  url: draft(1500),
  appId: draft(32),
  path: draft(300),
  /** media_id: one of our materials, or in a menu made elsewhere WeChat's own id; article_id: WeChat's id of an article. */
  materialId: draft(26),
  mediaId: draft(128),
  articleId: draft(128),
})
export type MenuButton = z.output<typeof MenuButton>

/** An entry of the first level: it does something, or opens up to five more. */
export const MenuEntry = z.union([
  z.object({ name: draft(60), items: z.array(MenuButton).max(10) }).strict(),
  MenuButton,
])
export type MenuEntry = z.output<typeof MenuEntry>

/** Who sees a conditional menu: by WeChat tag, phone system (1 iOS, 2 Android, 3 other) and language. */
export const MenuAudience = z.object({
  tagId: z.string().max(20).default(''),
  platform: z.enum(['', '1', '2', '3']).default(''),
  language: z.string().max(10).default(''),
})
export const MenuVariant = z.object({
  name: z.string().trim().max(30).default(''),
  audience: MenuAudience,
  entries: z.array(MenuEntry).max(6),
})
export type MenuVariant = z.output<typeof MenuVariant>

/** A menu: what everybody sees, and what some see instead (the first that fits). */
export const Menu = z.object({ entries: z.array(MenuEntry).max(6), variants: z.array(MenuVariant).max(20).default([]) })
export type Menu = z.output<typeof Menu>

/** What WeChat would refuse, or a tap would lead nowhere; `at` is the path to the field, e.g. 'entries.0.items.2.url'. */
export const MenuProblem = z.object({
  at: z.string(),
  code: z.enum([
    'empty',
    'tooMany',
    'noName',
    'nameTooLong',
    'noKey',
    'keyTooLong',
    'badUrl',
    'noMiniprogram',
    'noMaterial',
    'noArticle',
    'noAudience',
    'keyUnanswered',
  ]),
  /** A warning does not keep it from being published. */
  severe: z.boolean(),
})
export type MenuProblem = z.output<typeof MenuProblem>

/** Two menus differ at an entry. */
export const MenuDifference = z.object({
  where: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  before: z.string(),
  after: z.string(),
})

/** A menu that was given to WeChat, or taken over from it. */
export const MenuVersion = z.object({
  versionId: Id,
  number: z.int(),
  /** renewed: the same again, because WeChat had lost a picture in it. */
  source: z.enum(['published', 'rolledBack', 'adopted', 'renewed']),
  state: z.enum(['publishing', 'published', 'failed']),
  problem: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
  live: z.boolean(),
  menu: Menu,
  /** From the version that WeChat had before. */
  differences: z.array(MenuDifference),
})

const read = 'staff:wechat.read'
const manage = 'staff:wechat.manage'
const account = z.object({ appId: AppId })

/** The menu of an official account, for staff. */
export const menuOperations = operations({
  menu: {
    method: 'GET',
    path: '/admin/wechat/menu',
    access: read,
    summary: 'The menu as it is being edited, what is wrong with it, and how it differs from what was published',
    query: z.object({ appId: AppId.optional() }),
    reply: z.object({
      appId: z.string(),
      name: z.string(),
      followers: z.int(),
      draft: Menu,
      version: z.int(),
      changedAt: Instant.nullable(),
      changedBy: z.string(),
      problems: z.array(MenuProblem),
      differences: z.array(MenuDifference),
      live: z.object({ number: z.int(), at: Instant, by: z.string() }).nullable(),
      /** Names of entries in force whose material WeChat has lost since: a tap on them shows nothing. */
      lost: z.array(z.string()),
      /** The keys that a reply rule answers, with the rule's name. */
      keys: z.array(z.object({ key: z.string(), rule: z.string() })),
      miniprograms: z.array(z.object({ appId: z.string(), name: z.string() })),
    }),
  },
  saveMenu: {
    method: 'PUT',
    path: '/admin/wechat/menu',
    access: manage,
    summary: 'Keep the draft; nobody sees it yet. Refused when somebody has changed it meanwhile',
    body: account.extend({ version: z.int(), menu: Menu }),
    reply: z.object({ version: z.int(), problems: z.array(MenuProblem), differences: z.array(MenuDifference) }),
  },
  publishMenu: {
    method: 'POST',
    path: '/admin/wechat/menu/publish',
    access: manage,
    summary: 'Give the draft to WeChat: followers see it within minutes; audited',
    body: account.extend({ version: z.int() }),
    reply: z.object({ number: z.int() }),
  },
  menuVersions: {
    method: 'GET',
    path: '/admin/wechat/menu/versions',
    access: read,
    summary: 'The last 50 menus that were given to WeChat, newest first',
    query: z.object({ appId: AppId }),
    reply: z.object({ items: z.array(MenuVersion) }),
  },
  rollBackMenu: {
    method: 'POST',
    path: '/admin/wechat/menu/versions/:versionId/roll-back',
    access: manage,
    summary: 'Give an older menu to WeChat again; the draft becomes that menu; audited',
    params: z.object({ versionId: Id }),
    reply: z.object({ number: z.int() }),
  },
  renewMenu: {
    method: 'POST',
    path: '/admin/wechat/menu/renew',
    access: manage,
    summary: 'Give WeChat the menu in force again, with the materials that it had lost; the draft stays; audited',
    body: account,
    reply: z.object({ number: z.int() }),
  },
  liveMenu: {
    method: 'GET',
    path: '/admin/wechat/menu/live',
    access: read,
    summary: 'Asks WeChat what is in force and compares it with what we published',
    query: z.object({ appId: AppId }),
    reply: z.object({
      state: z.enum(['same', 'different', 'none']),
      menu: Menu.nullable(),
      differences: z.array(MenuDifference),
    }),
  },
  adoptMenu: {
    method: 'POST',
    path: '/admin/wechat/menu/adopt',
    access: manage,
    summary: 'Take over the menu that is in force at WeChat, e.g. one made in its console; the draft becomes that menu',
    body: account,
    reply: z.object({ number: z.int() }),
  },
  matchMenu: {
    method: 'POST',
    path: '/admin/wechat/menu/match',
    access: read,
    summary: 'Which menu a member sees now, as WeChat decides it',
    body: account.extend({ memberId: Id }),
    reply: z.object({ menu: Menu }),
  },
})
