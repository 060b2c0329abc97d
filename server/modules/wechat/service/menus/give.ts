import { type endpoints, WechatError, type Input, type WechatClient } from 'wechat-api-ts'
import type { Menu } from '../../contract/index.ts'
import type { Account } from '../accounts.ts'
import type { WithMaterials } from '../replies/lost-materials.ts'
import type { Materials } from '../replies/materials.ts'
import { showingMaterial } from './materials.ts'
import { audienceToWire, fromWire, toWire } from './wire.ts'

/** The materials of a menu are given to WeChat first: then there is only the menu that can be refused. */
export async function mediaOf(materials: Materials, account: Account, menu: Menu): Promise<Map<string, string>> {
  const media = new Map<string, string>()
  for (const { materialId } of showingMaterial(menu))
    media.set(materialId, (await materials.atWechat(account, materialId)).mediaId)
  return media
}

type Wire = (entries: Menu['entries']) => ReturnType<typeof toWire>

/** What everybody sees; where it is refused nothing has changed. */
async function giveMain({ client }: Account, menu: Menu, wire: Wire, call: Calls): Promise<void> {
  const main: Input<typeof endpoints.menus.create> = { button: wire(menu.entries) }
  await call(main, given => client.menus.create(given))
}

/** The conditional menus in place of those that are there, from the last to the first, as the newest wins. */
async function giveVariants({ client }: Account, menu: Menu, wire: Wire, call: Calls): Promise<void> {
  const { conditionalmenu = [] } = await client.menus.get()
  for (const { menuid } of conditionalmenu) if (menuid !== undefined) await client.menus.removeConditional({ menuid })
  for (const { audience, entries } of menu.variants.toReversed()) {
    const variant: Input<typeof endpoints.menus.addConditional> = {
      button: wire(entries),
      matchrule: audienceToWire(audience),
    }
    await call(variant, given => client.menus.addConditional(given))
  }
}

type Calls = <Body, Answer>(body: Body, call: (body: Body) => Promise<Answer>) => Promise<Answer>

/** Why WeChat did not take a menu, and what it has now: the one of before, or a part of the new one. */
export interface Refusal {
  readonly error: unknown
  readonly left: 'before' | 'part'
}

/** Whether WeChat still has what it had, whatever it said. */
const isStill = (client: WechatClient, before: Menu | null): Promise<boolean> =>
  given(client, () => '').then(
    now => JSON.stringify(now) === JSON.stringify(before),
    () => false,
  )

/** Puts back what was in force; false when WeChat does not take that either. */
async function putBack(account: Account, before: Menu | null): Promise<boolean> {
  const wire: Wire = entries => toWire(entries, () => '')
  const plainly: Calls = (body, call) => call(body)
  try {
    if (before === null) {
      await account.client.menus.remove()
      return true
    }
    await giveMain(account, before, wire, plainly)
    await giveVariants(account, before, wire, plainly)
    return true
  } catch {
    return false
  }
}

/**
 * Gives a menu to WeChat: what everybody sees first, then the conditional ones. WeChat takes it piece by piece, so when it
 * refuses one, what was in force before is put back. Null when all of it is there.
 */
export async function give(
  account: Account,
  menu: Menu,
  media: ReadonlyMap<string, string>,
  withMaterials: WithMaterials,
): Promise<Refusal | null> {
  const wire: Wire = entries => toWire(entries, id => media.get(id) ?? '')
  const call: Calls = (body, run) => withMaterials(account, body, run)
  let before: Menu | null = null
  let begun = false
  try {
    before = await given(account.client, () => '')
    begun = true
    await giveMain(account, menu, wire, call)
    await giveVariants(account, menu, wire, call)
    return null
  } catch (error) {
    const isSame = !begun || (await isStill(account.client, before))
    return { error, left: isSame || (await putBack(account, before)) ? 'before' : 'part' }
  }
}

const NO_MENU = 46003
const isNone = (error: unknown): boolean => error instanceof WechatError && error.code === NO_MENU

/** By the number that WeChat counts up, the newest first: that one wins; [U] as everything about their order. */
const newestFirst = (
  { menuid: a = '' }: { menuid?: string | undefined },
  { menuid: b = '' }: { menuid?: string | undefined },
) => b.length - a.length || (a < b ? 1 : -1)

/** The menus that were given through the API; null when there are none. */
async function given(client: WechatClient, ours: (mediaId: string) => string): Promise<Menu | null> {
  try {
    const { menu, conditionalmenu = [] } = await client.menus.get()
    return fromWire(menu.button, conditionalmenu.toSorted(newestFirst), ours)
  } catch (error) {
    if (!isNone(error)) throw error
    return null
  }
}

/** What WeChat says is in force, also one made in its console; null when there is none. `ours` finds our material. */
export async function readBack(client: WechatClient, ours: (mediaId: string) => string): Promise<Menu | null> {
  const menus = await given(client, ours)
  if (menus !== null) return menus
  try {
    const { selfmenu_info, is_menu_open } = await client.menus.current()
    const menu = fromWire(selfmenu_info?.button ?? [], [], ours)
    return is_menu_open === 0 || menu.entries.length === 0 ? null : menu
  } catch (error) {
    if (!isNone(error)) throw error
    return null
  }
}
