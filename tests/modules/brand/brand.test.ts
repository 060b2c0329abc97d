import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brandApi } from '../../../server/modules/brand/contract.ts'
import { bearsWhite, contrast, darkEnough, JADE, palettesOf } from '../../../server/modules/brand/service/palette.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { world, type World } from '../../support/world.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
const GREEN = { name: '禾谷超市', colour: '#1C7C3C', logo: DOT }

describe('the look of the shop', () => {
  it('is jade and without a name until somebody sets it', async () => {
    const { brand } = await shop.call(brandApi).brand({ query: {} })
    expect(brand).toMatchObject({ version: 0, name: '', colour: JADE, logo: null })
  })

  it('is set by the owner, seen by everybody, written down once', async () => {
    const owner = await shop.as('owner')
    const saved = await owner.call(brandApi).putBrand({ body: GREEN })
    expect(saved).toMatchObject({ version: 1, name: '禾谷超市', colour: '#1c7c3c', logo: DOT })
    await owner.call(brandApi).putBrand({ body: GREEN })
    const { brand } = await shop.call(brandApi).brand({ query: {} })
    expect(brand).toEqual(saved)
    const { items } = await owner.call(staffApi).audit({ query: { action: 'brand.change' } })
    expect(items).toHaveLength(1)
    expect(JSON.stringify(items)).not.toContain('base64')
  })

  it('travels only to who has another version', async () => {
    const { version } = (await shop.call(brandApi).brand({ query: {} })).brand ?? { version: -1 }
    expect(await shop.call(brandApi).brand({ query: { have: version } })).toEqual({ brand: null })
    const owner = await shop.as('owner')
    await owner.call(brandApi).putBrand({ body: { ...GREEN, name: '禾谷生鲜' } })
    const newer = await shop.call(brandApi).brand({ query: { have: version } })
    expect(newer.brand).toMatchObject({ name: '禾谷生鲜', version: version + 1 })
  })

  it('is not for a cashier to change', async () => {
    const cashier = await shop.as('cashier')
    await expect(cashier.call(brandApi).putBrand({ body: GREEN })).rejects.toMatchObject({ code: 'common.forbidden' })
  })

  it.each([
    ['a drawing that may hold a script', 'data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=', 'brand.logoKind'],
    ['a page that calls itself a picture', `data:image/png;base64,${btoa('<script>')}`, 'brand.logoKind'],
    ['an address of somewhere else', 'https://elsewhere.example/logo.png', 'brand.logoKind'],
    [
      'a picture too large for a phone to keep',
      `data:image/png;base64,${Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(97 * 1024)]).toString('base64')}`,
      'brand.logoTooLarge',
    ],
  ])('takes no logo that is %s', async (_, logo, code) => {
    const owner = await shop.as('owner')
    await expect(owner.call(brandApi).putBrand({ body: { ...GREEN, logo } })).rejects.toMatchObject({ code })
  })

  it('refuses a colour on which white cannot be read, and names one that would do', async () => {
    const owner = await shop.as('owner')
    const refusal: unknown = await owner
      .call(brandApi)
      .putBrand({ body: { ...GREEN, colour: '#ffd54f' } })
      .catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'brand.tooLight',
      reply: { details: { suggestion: darkEnough('#ffd54f') } },
    })
    await owner.call(brandApi).putBrand({ body: { ...GREEN, colour: darkEnough('#ffd54f') } })
  })
})

describe('the palette', () => {
  const colours = fc
    .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
    .map(rgb => `#${rgb.map(part => part.toString(16).padStart(2, '0')).join('')}`)

  it('can be read in every colour: writing on it, and it as writing on the surface', () => {
    fc.assert(
      fc.property(colours, any => {
        const colour = darkEnough(any)
        expect(bearsWhite(colour)).toBe(true)
        const { light, dark } = palettesOf(colour)
        for (const { primary, onPrimary, band, bandDeep } of [light, dark]) {
          expect(contrast(primary, onPrimary)).toBeGreaterThanOrEqual(4.5)
          expect(contrast(band, '#ffffff')).toBeGreaterThanOrEqual(4.5)
          expect(contrast(bandDeep, '#ffffff')).toBeGreaterThanOrEqual(4.5)
        }
        expect(contrast(light.primary, '#ffffff')).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark.primary, '#171c1b')).toBeGreaterThanOrEqual(4.5)
      }),
    )
  })

  it('leaves a colour that is dark enough as it is', () => {
    expect(darkEnough(JADE)).toBe(JADE)
    expect(palettesOf(JADE).light.primary).toBe(JADE)
  })
})
