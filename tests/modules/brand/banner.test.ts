import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { brandApi, type BannerChange } from '../../../server/modules/brand/contract.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'

let shop: World
let owner: StaffUser
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
})
afterAll(() => shop.close())
beforeEach(async () => {
  await shop.db.deleteFrom('brand_banner').execute()
  shop.clock.set('2026-11-22T04:00:00Z')
})

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const change: BannerChange = {
  isOn: true,
  pictureId: null,
  text: { zh: '周末蔬菜第二件半价', en: 'Second vegetable at half price this weekend' },
  leadsTo: 'coupons',
  from: null,
  until: null,
}
const put = (body: BannerChange) => owner.call(brandApi).putBanner({ body })
const shown = async () => (await shop.call(brandApi).banner()).banner

function upload(by: StaffUser, bytes: Buffer): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(bytes)]), 'banner.png')
  return fetch(`${shop.url}/api/admin/brand/pictures`, {
    method: 'POST',
    body: form,
    headers: { cookie: by.session.cookie, 'x-csrf-token': by.session.csrf },
  })
}

it('is nothing until somebody sets it; what is set is shown to whoever opens the mini-program, and written down once', async () => {
  expect(await shown()).toBeNull()
  expect(await owner.call(brandApi).bannerSetting()).toMatchObject({ isOn: false, state: 'off', leadsTo: 'none' })
  expect(await put(change)).toMatchObject({ ...change, state: 'shown' })
  await put(change)
  expect(await shown()).toEqual({ pictureId: null, text: change.text, leadsTo: 'coupons' })
  const { items } = await owner.call(staffApi).audit({ query: { action: 'brand.change' } })
  expect(items.filter(one => one.subjectId === 'banner')).toHaveLength(1)
  await put({ ...change, isOn: false })
  expect(await shown()).toBeNull()
})

it('without an English line the Chinese one stands in both', async () => {
  await put({ ...change, text: { zh: '会员日双倍积分', en: '' } })
  expect((await shown())?.text).toEqual({ zh: '会员日双倍积分', en: '会员日双倍积分' })
})

it('is shown on its days only, first and last with it, by the shop’s day', async () => {
  await put({ ...change, from: '2026-11-23', until: '2026-11-24' })
  const seen: [string, string, boolean][] = []
  // 15:59 and 16:00 of UTC are the two sides of the shop's midnight.
  for (const at of ['2026-11-22T15:59:00Z', '2026-11-22T16:00:00Z', '2026-11-24T15:59:00Z', '2026-11-24T16:00:00Z']) {
    shop.clock.set(at)
    seen.push([at, (await owner.call(brandApi).bannerSetting()).state, (await shown()) !== null])
  }
  expect(seen.map(([, ...rest]) => rest)).toEqual([
    ['soon', false],
    ['shown', true],
    ['shown', true],
    ['over', false],
  ])
})

it('keeps a picture by its bytes, and shows it to everybody for ever', async () => {
  const reply = await upload(owner, PNG)
  const { pictureId } = (await reply.json()) as { pictureId: string }
  await put({ ...change, pictureId })
  expect(await shown()).toMatchObject({ pictureId })
  const picture = await fetch(`${shop.url}/api/public/brand/pictures/${pictureId}`)
  expect(picture.headers.get('content-type')).toBe('image/png')
  expect(picture.headers.get('cache-control')).toContain('immutable')
  expect(Buffer.from(await picture.arrayBuffer())).toEqual(PNG)

  const page = await upload(owner, Buffer.from('<svg><script>alert(1)</script></svg>'))
  expect(await page.json()).toMatchObject({ code: 'brand.pictureKind' })
  const large = await upload(owner, Buffer.concat([PNG, Buffer.alloc(500 * 1024)]))
  expect(await large.json()).toMatchObject({ code: 'brand.pictureTooLarge' })
})

it('takes no picture that was not uploaded, no days that end before they begin, and no page of elsewhere', async () => {
  await expect(put({ ...change, pictureId: 'X'.repeat(26) })).rejects.toMatchObject({ code: 'brand.noPicture' })
  await expect(put({ ...change, from: '2026-11-24', until: '2026-11-23' })).rejects.toMatchObject({
    code: 'brand.badDays',
  })
  await expect(put({ ...change, leadsTo: 'https://elsewhere.example' as 'none' })).rejects.toMatchObject({
    code: 'common.invalidRequest',
  })
  expect(await shown()).toBeNull()
})

it('is not for a cashier to see, set or upload for', async () => {
  const cashier = await shop.as('cashier')
  const forbidden = { code: 'common.forbidden' }
  await expect(cashier.call(brandApi).putBanner({ body: change })).rejects.toMatchObject(forbidden)
  await expect(cashier.call(brandApi).bannerSetting()).rejects.toMatchObject(forbidden)
  expect((await upload(cashier, PNG)).status).toBe(403)
})
