import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distanceText, inOrder, metresBetween } from '../../miniprogram/src/packages/shopping/parts/distance.ts'
import type { ShopStore } from '../../miniprogram/src/lib/stores.ts'

const store = (code: string, name: string, place: [number, number] | null): ShopStore => ({
  code,
  name,
  district: null,
  address: null,
  phone: null,
  hours: null,
  resting: false,
  closedUntil: null,
  latitude: place?.[0] ?? null,
  longitude: place?.[1] ?? null,
})
const stores = [
  store('S01', '城西店', [30.272608, 120.119033]),
  store('S02', '滨江店', [30.208137, 120.211846]),
  store('S03', '城东店', null),
]

test('a degree of latitude is 111 km; there and back is as far, and nowhere is farther than half the earth', () => {
  expect(metresBetween({ latitude: 30, longitude: 120 }, { latitude: 31, longitude: 120 })).toBeCloseTo(111_195, -1)
  const place = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  })
  fc.assert(
    fc.property(place, place, (a, b) => {
      const metres = metresBetween(a, b)
      expect(metres).toBeGreaterThanOrEqual(0)
      expect(metres).toBeLessThanOrEqual(Math.PI * 6_371_001)
      expect(metresBetween(b, a)).toBeCloseTo(metres, 3)
      expect(metresBetween(a, a)).toBe(0)
    }),
  )
})

test('the nearest is first, what has no place is last, and without a place of one’s own all go by name', () => {
  const here = { latitude: 30.21, longitude: 120.21 }
  expect(inOrder(stores, here).map(one => one.code)).toEqual(['S02', 'S01', 'S03'])
  const byName = inOrder(stores, null)
  expect(byName.map(one => one.metres)).toEqual([null, null, null])
  expect(byName.map(one => one.name)).toEqual(
    ['城西店', '滨江店', '城东店'].toSorted((a, b) => a.localeCompare(b, 'zh-Hans-CN')),
  )
})

test('a distance is said in the words of a street: tens of metres, then kilometres', () => {
  expect([3, 347, 994, 996, 1249, 9_940, 9_960, 18_400].map(distanceText)).toEqual([
    '10 m',
    '350 m',
    '990 m',
    '1.0 km',
    '1.2 km',
    '9.9 km',
    '10 km',
    '18 km',
  ])
})
