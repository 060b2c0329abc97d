import type { Db } from '../../../../kernel/db.ts'
import { Menu, type MenuButton } from '../../contract/index.ts'
import { lostLater } from '../../repository/materials.ts'
import { menuOf, versionById } from '../../repository/menus.ts'
import { isGroup } from './problems.ts'

/** The entries that show a material of ours, conditional menus included. */
export const showingMaterial = ({ entries, variants }: Menu): MenuButton[] =>
  [entries, ...variants.map(variant => variant.entries)]
    .flat()
    .flatMap(entry => (isGroup(entry) ? entry.items : [entry]))
    .filter(({ type, materialId }) => type === 'media_id' && materialId !== '')

/** The menu that WeChat took last, and when; undefined when it has none of ours. */
export async function menuInForce(db: Db, appId: string): Promise<{ menu: Menu; at: Date } | undefined> {
  const liveId = (await menuOf(db, appId))?.liveId ?? null
  const version = liveId === null ? undefined : await versionById(db, liveId)
  return version && { menu: Menu.parse(JSON.parse(version.menuJson)), at: version.finishedAt ?? version.createdAt }
}

/**
 * The entries in force that name a material under an id which WeChat has lost since: it is uploaded anew under another id,
 * and WeChat shows nothing until it is given the menu again.
 */
export async function entriesWithoutMaterial(db: Db, appId: string): Promise<MenuButton[]> {
  const live = await menuInForce(db, appId)
  if (live === undefined) return []
  const showing = showingMaterial(live.menu)
  const lost = await lostLater(
    db,
    showing.map(({ materialId }) => materialId),
    appId,
    live.at,
  )
  return showing.filter(({ materialId }) => lost.has(materialId))
}
