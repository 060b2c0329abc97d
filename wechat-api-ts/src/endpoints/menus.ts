import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { wideDigits, wideId } from './shapes.ts'

const name = z.string().describe('≤ 16 bytes on the first level, ≤ 60 on the second')
const key = z.string().describe('≤ 128 bytes')
const eventTypes = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
] as const

const Button = z.discriminatedUnion('type', [
  z.object({ type: z.enum(eventTypes), name, key }),
  z.object({ type: z.literal('view'), name, url: z.string().describe('≤ 1024 bytes') }),
  z.object({
    type: z.literal('miniprogram'),
    name,
    appid: z.string(),
    pagepath: z.string(),
    url: z.string().describe('for clients too old for mini-programs'),
  }),
  z.object({ type: z.enum(['media_id', 'view_limited']), name, media_id: z.string() }),
  z.object({ type: z.enum(['article_id', 'article_view_limited']), name, article_id: z.string() }),
])
const Group = z.object({ name, sub_button: z.array(Button).describe('1–5') })
const buttons = z.array(z.union([Button, Group])).describe('1–3')

const MatchRule = z.object({
  tag_id: z.union([z.string(), z.number()]).optional(),
  client_platform_type: z.union([z.string(), z.number()]).optional().describe('1 iOS, 2 Android, 3 others'),
  language: z.string().optional(),
})
// What comes back has more shapes than may be sent (menus made in the console), so its buttons stay open.
const SomeButton = z.record(z.string(), z.unknown())
const SomeMenu = z.object({ button: z.array(SomeButton), menuid: wideId.optional() })
const menuErrors = [40016, 40017, 40018, 40019, 40020, 40022, 40023, 40024, 40025, 40026, 40027, 45010, 45064]

/** The default menu and conditional ones. */
export const menus = {
  create: post({
    does: 'Replaces the default menu: up to 3 entries, each a button or a name over up to 5.',
    path: '/cgi-bin/menu/create',
    body: z.object({ button: buttons }),
    idempotent: true,
    daily: 1000,
    errors: menuErrors,
    source: '§3.5 S',
  }),
  get: get({
    does: 'The default and the conditional menus made through the API; 46003 where there is none.',
    path: '/cgi-bin/menu/get',
    reply: z.object({
      menu: SomeMenu,
      conditionalmenu: z.array(SomeMenu.extend({ matchrule: z.record(z.string(), z.unknown()) })).optional(),
    }),
    daily: 10_000,
    errors: [46003],
    source: '§3.5 S',
  }),
  remove: get({
    does: 'Removes the default menu and with it all conditional ones.',
    path: '/cgi-bin/menu/delete',
    daily: 1000,
    source: '§3.5 S',
  }),
  current: get({
    does: 'The menu in force, also one made in the console.',
    path: '/cgi-bin/get_current_selfmenu_info',
    reply: z.object({
      is_menu_open: z.number(),
      selfmenu_info: z.object({ button: z.array(SomeButton).optional() }).optional(),
    }),
    source: '§3.5 S',
  }),
  addConditional: post({
    does: 'Adds a menu that only matching followers see; needs a default menu (65303).',
    path: '/cgi-bin/menu/addconditional',
    body: z.object({ button: buttons, matchrule: MatchRule }),
    reply: z.object({ menuid: wideId }),
    errors: [...menuErrors, 65303, 65304, 65305, 65306, 65307, 65308, 65316],
    source: '§3.5 S',
  }),
  removeConditional: post({
    does: 'Removes one conditional menu.',
    path: '/cgi-bin/menu/delconditional',
    body: z.object({ menuid: wideDigits }),
    idempotent: true,
    errors: [65301],
    source: '§3.5 S',
  }),
  tryMatch: post({
    does: 'The menu that a follower would see (openid or WeChat id).',
    path: '/cgi-bin/menu/trymatch',
    body: z.object({ user_id: z.string() }),
    reply: z.object({ button: z.array(SomeButton).optional(), menu: SomeMenu.optional() }),
    idempotent: true,
    errors: [65309, 46003],
    source: '§3.5 S',
  }),
}
