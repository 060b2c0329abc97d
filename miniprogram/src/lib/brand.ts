import type { Brand } from '../../../server/modules/brand/contract.ts'
import { operations } from '../api/operations.ts'
import { request } from '../api/request.ts'
import { needsPrivacyConsent } from './privacy.ts'
import { store, stored } from './storage.ts'

// Until a shop has chosen, the pages look as they are written.
function chosen(): Brand | null {
  const brand = stored('brand')
  return brand === null || brand.version === 0 ? null : brand
}

const palette = ({ light, dark }: Brand): Brand['light'] => (wx.getAppBaseInfo().theme === 'dark' ? dark : light)

/** Paints the bar above a page that begins with the shop's colour. */
export function paintBar(): void {
  const brand = chosen()
  if (brand === null) return
  void wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: palette(brand).band })
}

/** Writes the chosen tab in the shop's colour. Heard on tab pages only, so each of them says it when it is shown. */
export function paintTabs(): void {
  const brand = chosen()
  if (brand === null) return
  wx.setTabBarStyle({ selectedColor: palette(brand).primary, fail: () => {} })
}

/** The shop's own colours for light or dark, as the style of a page; empty until a shop has chosen. */
export function skin(): string {
  const brand = chosen()
  if (brand === null) return ''
  const { primary, onPrimary, pressed, tint, band, bandDeep } = palette(brand)
  return [
    ['primary', primary],
    ['on-primary', onPrimary],
    ['primary-pressed', pressed],
    ['primary-tint', tint],
    ['brand', band],
    ['brand-deep', bandDeep],
    // The code stands on white in the dark too.
    ['brand-on-white', brand.colour],
  ]
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';')
}

/** The shop's name and logo, as kept from last time. */
export function shopFace(): { shopName: string; shopLogo: string } {
  const brand = stored('brand')
  return { shopName: brand?.name ?? '', shopLogo: brand?.logo ?? '' }
}

/**
 * Asks once per start whether the shop looks otherwise than last time; needs no session and tells nothing of the shopper.
 * Not even that is asked before the privacy guide was accepted.
 */
export async function refreshBrand(): Promise<void> {
  if (await needsPrivacyConsent()) return
  try {
    const reply = await request({ ...operations.brand.brand, query: { have: stored('brand')?.version } })
    const { brand } = reply as { brand: Brand | null }
    if (brand === null) return
    store('brand', brand)
    dressOpenPages()
  } catch {
    // The look of last time stays.
  }
}

/** Gives every open page the colours of now. */
export function dressOpenPages(): void {
  const pages = getCurrentPages()
  for (const page of pages) page.setData({ skin: skin(), ...shopFace() })
  if (pages.at(-1)?.route === 'pages/code/code') paintBar()
  paintTabs()
}
