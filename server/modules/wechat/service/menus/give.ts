import { type endpoints, WechatError, type Input, type WechatClient } from 'wechat-api-ts'
import type { Menu } from '../../contract/index.ts'
import type { Account } from '../accounts.ts'
import type { WithMaterials } from '../replies/lost-materials.ts'
import type { Materials } from '../replies/materials.ts'
import { isGroup } from './problems.ts'
import { audienceToWire, fromWire, toWire } from './wire.ts'

/** The materials of a menu are given to WeChat first: then there is only the menu that can be refused. */
export async function mediaOf(materials: Materials, account: Account, menu: Menu): Promise<Map<string, string>> {
  const buttons = [menu.entries, ...menu.variants.map(({ entries }) => entries)]
    .flat()
    .flatMap(entry => (isGroup(entry) ? entry.items : [entry]))
  const media = new Map<string, string>()
  for (const { type, materialId } of buttons)
    if (type === 'media_id' && materialId !== '')
      media.set(materialId, (await materials.atWechat(account, materialId)).mediaId)
  return media
}

/** Gives a menu to WeChat: what everybody sees first; the conditional ones from the last to the first, as the newest wins. */
export async function give(
  account: Account,
  menu: Menu,
  media: ReadonlyMap<string, string>,
  withMaterials: WithMaterials,
): Promise<void> {
  const { client } = account
  const wire = (entries: Menu['entries']) => toWire(entries, id => media.get(id) ?? '')
  const main: Input<typeof endpoints.menus.create> = { button: wire(menu.entries) }
  await withMaterials(account, main, given => client.menus.create(given))
  const { conditionalmenu = [] } = await client.menus.get()
  for (const { menuid } of conditionalmenu) if (menuid !== undefined) await client.menus.removeConditional({ menuid })
  for (const { audience, entries } of menu.variants.toReversed()) {
    const variant: Input<typeof endpoints.menus.addConditional> = {
      button: wire(entries),
      matchrule: audienceToWire(audience),
    }
    await withMaterials(account, variant, given => client.menus.addConditional(given))
  }
}

const NO_MENU = 46003
const isNone = (error: unknown): boolean => error instanceof WechatError && error.code === NO_MENU

/** What WeChat says is in force, also one made in its console; null when there is none. `ours` finds our material. */
export async function readBack(client: WechatClient, ours: (mediaId: string) => string): Promise<Menu | null> {
  try {
    const { menu, conditionalmenu = [] } = await client.menus.get()
    // The newest comes first and wins; [U] as everything about their order.
    return fromWire(menu.button, conditionalmenu, ours)
  } catch (error) {
    if (!isNone(error)) throw error
  }
  try {
    const { selfmenu_info, is_menu_open } = await client.menus.current()
    const menu = fromWire(selfmenu_info?.button ?? [], [], ours)
    return is_menu_open === 0 || menu.entries.length === 0 ? null : menu
  } catch (error) {
    if (!isNone(error)) throw error
    return null
  }
}
