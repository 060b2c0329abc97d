import type { catalog } from '../../api/index.ts'

export type StoreRow = Awaited<ReturnType<typeof catalog.stores>>['items'][number]
export type StoreType = StoreRow['type']
export type StoreField = StoreRow['kept'][number]

/** A store as the form holds it: texts, and the place as it is copied from a map. */
export interface StoreDraft {
  name: string
  type: StoreType
  district: string
  address: string
  phone: string
  hours: string
  place: string
  status: StoreRow['status']
  closedFrom: string
  closedUntil: string
}

/** '30.2726, 120.119033', as maps write it; '' where nobody knows. */
export const degreesText = ({
  latitude,
  longitude,
}: {
  readonly latitude?: number | null | undefined
  readonly longitude?: number | null | undefined
}): string => (typeof latitude === 'number' && typeof longitude === 'number' ? `${latitude}, ${longitude}` : '')

export const draftOf = (row: StoreRow): StoreDraft => ({
  name: row.name,
  type: row.type,
  district: row.district ?? '',
  address: row.address ?? '',
  phone: row.phone ?? '',
  hours: row.hours ?? '',
  place: degreesText(row),
  status: row.status,
  closedFrom: row.closedFrom ?? '',
  closedUntil: row.closedUntil ?? '',
})

/** What is wrong with a place as it was typed: no two numbers, the wrong way round, or nowhere in China. */
export type PlaceProblem = 'unreadable' | 'swapped' | 'outside'

const inChina = (latitude: number, longitude: number): boolean =>
  latitude >= 3 && latitude <= 54 && longitude >= 73 && longitude <= 136

/** Reads a place; an empty one is none. Any comma or blank may stand between the two. */
export function readPlace(
  text: string,
): { latitude: number | null; longitude: number | null } | { problem: PlaceProblem } {
  if (text.trim() === '') return { latitude: null, longitude: null }
  const found = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text)
  if (found === null) return { problem: 'unreadable' }
  const [latitude, longitude] = [Number(found[1]), Number(found[2])]
  if (inChina(latitude, longitude)) return { latitude, longitude }
  return { problem: inChina(longitude, latitude) ? 'swapped' : 'outside' }
}

/** The numbers that may be dialled, as the server reads them. */
export const isPhone = (text: string): boolean => /^(\+?\d[\d -]{4,19}(转\d{1,6})?)?$/.test(text.trim())
