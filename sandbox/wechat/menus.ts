import type { ConditionalMenu } from '../state/console.ts'
import type { Person } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { type Call, type Endpoints, idText, isObject, judging, object, official, personOf, text } from './call.ts'

// wechat-protocol §3.5: types and what each needs.
const needs: Record<string, { field: string; most: number; missing: number }[]> = {
  click: [{ field: 'key', most: 128, missing: 40019 }],
  view: [{ field: 'url', most: 1024, missing: 40020 }],
  miniprogram: [
    { field: 'appid', most: 64, missing: 40166 },
    { field: 'pagepath', most: 1024, missing: 40165 },
  ],
  scancode_push: [{ field: 'key', most: 128, missing: 40019 }],
  scancode_waitmsg: [{ field: 'key', most: 128, missing: 40019 }],
  pic_sysphoto: [{ field: 'key', most: 128, missing: 40019 }],
  pic_photo_or_album: [{ field: 'key', most: 128, missing: 40019 }],
  pic_weixin: [{ field: 'key', most: 128, missing: 40019 }],
  location_select: [{ field: 'key', most: 128, missing: 40019 }],
  media_id: [{ field: 'media_id', most: 256, missing: 40007 }],
  view_limited: [{ field: 'media_id', most: 256, missing: 40007 }],
  article_id: [{ field: 'article_id', most: 256, missing: 40007 }],
  article_view_limited: [{ field: 'article_id', most: 256, missing: 40007 }],
}

const leafProblem = (world: World, button: Record<string, unknown>): Answer | null => {
  const wanted = needs[text(button, 'type')]
  if (wanted === undefined) return refuse(40017)
  for (const { field, most, missing } of wanted)
    if (text(button, field) === '' || Buffer.byteLength(text(button, field)) > most) return refuse(missing)
  if (text(button, 'type') === 'miniprogram' && world.accounts.get(text(button, 'appid'))?.kind !== 'miniprogram')
    return refuse(45064)
  return null
}

const problem = (world: World, buttons: unknown, nested: boolean): Answer | null => {
  const most = nested ? 5 : 3
  if (!Array.isArray(buttons) || buttons.length === 0 || buttons.length > most) return refuse(nested ? 40023 : 40016)
  for (const button of buttons) {
    if (!isObject(button)) return refuse(40016)
    const name = text(button, 'name')
    // wechat-protocol §3.5 [U]: 16 bytes for the first level, 60 for the second.
    if (name === '' || Buffer.byteLength(name) > (nested ? 60 : 16)) return refuse(40018)
    const inner = button['sub_button']
    const wrong =
      !nested && inner !== undefined && !(Array.isArray(inner) && inner.length === 0)
        ? problem(world, inner, true)
        : leafProblem(world, button)
    if (wrong !== null) return wrong
  }
  return null
}

const create = ({ world, account, data }: Call): Answer => {
  const wrong = problem(world, data['button'], false)
  if (wrong !== null) return wrong
  world.menus.set(account.appId, { button: data['button'] })
  world.changes.count++
  return ok()
}

const ruleFields = ['tag_id', 'client_platform_type', 'language', 'sex', 'country', 'province', 'city']
const mostConditional = 1000

const addConditional = ({ world, account, desk, data }: Call): Answer => {
  if (!world.menus.has(account.appId)) return refuse(65303)
  const wrong = problem(world, data['button'], false)
  if (wrong !== null) return wrong
  const given = object(data, 'matchrule')
  if (given === null) return refuse(65312)
  const matchrule = Object.fromEntries(
    ruleFields.map(field => [field, idText(given, field)]).filter(([, value]) => value !== ''),
  )
  if (Object.keys(matchrule).length === 0) return refuse(65312)
  if (desk.conditional.length >= mostConditional) return refuse(65305)
  const menuid = String(400_000_000 + ++world.counters.msg)
  desk.conditional.push({ menuid, button: data['button'], matchrule })
  world.changes.count++
  return { menuid }
}

const matches = (world: World, appId: string, person: Person, { matchrule }: ConditionalMenu): boolean => {
  const { tag_id: tag, client_platform_type: system, language } = matchrule
  return (
    (tag === undefined || (person.tags[appId] ?? []).includes(Number(tag))) &&
    (system === undefined || person.system === system) &&
    (language === undefined || person.language === language)
  )
}

/** The menu that a person sees: the newest conditional one that fits, else everybody's (wechat-protocol §3.5). */
export const menuOf = (world: World, appId: string, person: Person): { menuid: string; menu: unknown } | null => {
  const fitting = world.console(appId).conditional.findLast(one => matches(world, appId, person, one))
  if (fitting !== undefined) return { menuid: fitting.menuid, menu: { button: fitting.button } }
  const menu = world.menus.get(appId)
  return menu === undefined ? null : { menuid: '', menu }
}

const everything = ({ world, account, desk }: Call): Answer => {
  const menu = world.menus.get(account.appId)
  if (menu === undefined) return refuse(46003)
  return { menu, ...(desk.conditional.length === 0 ? {} : { conditionalmenu: desk.conditional }) }
}

/** wechat-protocol §3.5: the default menu, and others for some people. */
export const menuEndpoints: Endpoints = {
  '/cgi-bin/menu/create': judging(official(create)),
  '/cgi-bin/menu/get': official(everything),
  '/cgi-bin/menu/delete': official(({ world, account, desk }) => {
    // Deleting the default menu takes the conditional ones with it.
    world.menus.delete(account.appId)
    desk.conditional = []
    world.changes.count++
    return ok()
  }),
  '/cgi-bin/get_current_selfmenu_info': official(({ world, account }) => ({
    is_menu_open: world.menus.has(account.appId) ? 1 : 0,
    ...(world.menus.has(account.appId) ? { selfmenu_info: world.menus.get(account.appId) } : {}),
  })),
  '/cgi-bin/menu/addconditional': judging(official(addConditional)),
  '/cgi-bin/menu/delconditional': official(({ world, desk, data }) => {
    const menuid = idText(data, 'menuid')
    if (!desk.conditional.some(one => one.menuid === menuid)) return refuse(65301)
    desk.conditional = desk.conditional.filter(one => one.menuid !== menuid)
    world.changes.count++
    return ok()
  }),
  '/cgi-bin/menu/trymatch': official(call => {
    const person = personOf(call, text(call.data, 'user_id'))
    if (person === undefined) return refuse(40003)
    const found = menuOf(call.world, call.account.appId, person)
    return found === null ? refuse(46003) : { ...(isObject(found.menu) ? found.menu : {}) }
  }),
}
