import type { ShopStore } from '../../../lib/stores.ts'

/** A place on a map of WeChat's (GCJ-02), in degrees. */
export interface Place {
  latitude: number
  longitude: number
}

/** A store, and how many metres it is away; null where nobody knows. */
export interface PlacedStore extends ShopStore {
  metres: number | null
}

const EARTH_METRES = 6_371_000
const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Metres between two places, as the crow flies. */
export function metresBetween(a: Place, b: Place): number {
  const north = Math.sin(radians(b.latitude - a.latitude) / 2)
  const east = Math.sin(radians(b.longitude - a.longitude) / 2)
  const part = north * north + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * east * east
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(part)))
}

/** The nearest first; stores whose place nobody knows come last, by name. Without a place of one's own all go by name. */
export function inOrder(stores: readonly ShopStore[], here: Place | null): PlacedStore[] {
  const placed = stores.map(store => {
    const { latitude, longitude } = store
    const known = here !== null && typeof latitude === 'number' && typeof longitude === 'number'
    return { ...store, metres: known ? metresBetween(here, { latitude, longitude }) : null }
  })
  return placed.sort(
    (a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity) || a.name.localeCompare(b.name, 'zh-Hans-CN'),
  )
}

/** '350 m' by tens, '1.2 km' by tenths, '18 km' from ten on. */
export function distanceText(metres: number): string {
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m`
  const km = metres / 1000
  return km < 9.95 ? `${km.toFixed(1)} km` : `${Math.round(km)} km`
}
