import { afterEach, beforeEach, expect, test } from 'vitest'
import { onPhone, packOf } from '../../../sandbox/pay/product-coupons.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { publicName, type PublicName } from '../../support/public-name.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { couponNow, eventFaults, useOf } from './coupons.ts'
import { brandTemplate, given, setUpBrand } from './wechat-brand.ts'

// A coupon that is also a 商品券: what happens to one happens to the other, once, whoever begins.
let name: PublicName
let on: Stage
let owner: StaffUser
beforeEach(async () => {
  name = await publicName()
  // WeChat tells everything twice.
  on = await stage({ env: { PUBLIC_URL: name.url }, settings: { duplicateRate: 1 } })
  name.leadTo(on.shop.url)
  owner = await on.shop.as('owner', { name: '店主' })
})
afterEach(async () => {
  const faults = await eventFaults(on.shop)
  name.close()
  await on.close()
  // The ledger of every story adds up.
  if (faults.length > 0) throw new Error(faults.join('\n'))
})

const person = async () => {
  const who = on.person('林女士')
  return { who, ...(await on.enrols(who)) }
}
const pack = (who: Parameters<typeof packOf>[1]) => packOf(on.wechat.world, who).map(({ state }) => state)
const useHere = (coupon: HeldCoupon, docKey: string) =>
  inTransaction(on.shop.db, tx => on.shop.modules.coupons.redeem(tx, useOf(coupon, docKey)))
const returnHere = (docKey: string) => inTransaction(on.shop.db, tx => on.shop.modules.coupons.giveBack(tx, docKey))
const railOf = async (templateId: string) => (await owner.call(couponsApi).template({ params: { templateId } })).rail
const spent = async (templateId: string) =>
  (await owner.call(couponsApi).template({ params: { templateId } })).template.spent
/** News reach the shop by themselves; what they lead to is worked until `state` says so. */
const soon = (state: () => Promise<unknown>) =>
  expect.poll(
    async () => {
      await on.shop.drain()
      // As the schedules do: what was asked for while a job ran already waits for its next turn.
      for (const job of on.shop.modules.jobs.filter(each => each.name.startsWith('coupons.rail')))
        await job.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal }) // prettier-ignore
      return state()
    },
    { timeout: 30_000 },
  )

test('given out here it is in the card pack; used at the till it is used there, brought back it is usable there again, and once more', async () => {
  await setUpBrand(on, owner)
  const templateId = await brandTemplate(owner)
  const { who, memberId } = await person()
  const coupon = await given(on, templateId, memberId)
  await soon(async () => pack(who)).toEqual(['EFFECTIVE'])
  await soon(() => railOf(templateId)).toMatchObject({ usable: 1, waiting: 0 })
  for (const sale of ['first', 'second']) {
    await useHere(await couponNow(on.shop, coupon), sale)
    await soon(async () => pack(who)).toEqual(['USED'])
    await returnHere(sale)
    await soon(async () => pack(who)).toEqual(['EFFECTIVE'])
  }
  const requests = await on.shop.db.selectFrom('coupon_rail_request').select(['kind', 'state']).orderBy('seq').execute()
  expect(requests.map(({ kind }) => kind)).toEqual(['send', 'confirm', 'use', 'return', 'use', 'return'])
  expect(new Set(requests.map(({ state }) => state))).toEqual(new Set(['done']))
  expect(await owner.call(couponsApi).memberCoupons({ params: { memberId } })).toMatchObject({
    items: [{ state: 'issued', wechat: { state: 'EFFECTIVE', usedTwice: false } }],
  })
}, 120_000)

test('used there with a payment it is used here, once, out of the budget; given back there it is good here again', async () => {
  await setUpBrand(on, owner)
  const templateId = await brandTemplate(owner)
  const { who, memberId } = await person()
  const coupon = await given(on, templateId, memberId)
  await soon(async () => pack(who)).toEqual(['EFFECTIVE'])
  onPhone(on.wechat.world, who, coupon.code, 'use')
  await soon(async () => (await couponNow(on.shop, coupon)).state).toBe('redeemed')
  expect(await spent(templateId)).toBe(500)
  await expect(useHere(await couponNow(on.shop, coupon), 'till')).rejects.toMatchObject({ code: 'coupons.refused' })
  onPhone(on.wechat.world, who, coupon.code, 'return')
  await soon(async () => (await couponNow(on.shop, coupon)).state).toBe('issued')
  expect(await spent(templateId)).toBe(0)
  // And the till may have it now, and tells WeChat.
  await useHere(await couponNow(on.shop, coupon), 'till')
  await soon(async () => pack(who)).toEqual(['USED'])
  const uses = await on.shop.db.selectFrom('coupon_redemption').select(['docKey', 'takenBack']).execute()
  expect(uses.map(({ docKey, takenBack }) => `${docKey} ${takenBack}`).toSorted()).toEqual([
    'till 0',
    `wechat:${coupon.code}:1 500`,
  ])
}, 120_000)

test('used here and there at the same moment is a loss that is written down, and nothing is redeemed twice', async () => {
  await setUpBrand(on, owner)
  const templateId = await brandTemplate(owner)
  const { who, memberId } = await person()
  const coupon = await given(on, templateId, memberId)
  await soon(async () => pack(who)).toEqual(['EFFECTIVE'])
  await useHere(await couponNow(on.shop, coupon), 'till')
  onPhone(on.wechat.world, who, coupon.code, 'use')
  await soon(() => railOf(templateId)).toMatchObject({ used: 1, usedTwice: 1 })
  expect((await couponNow(on.shop, coupon)).docKey).toBe('till')
  expect(await spent(templateId)).toBe(500)
}, 120_000)

test('our use is lost on the way and somebody uses it there: that it is used there does not make it our use', async () => {
  await setUpBrand(on, owner)
  const templateId = await brandTemplate(owner)
  const { who, memberId } = await person()
  const coupon = await given(on, templateId, memberId)
  await soon(async () => pack(who)).toEqual(['EFFECTIVE'])
  on.wechat.world.faults.add({
    match: { path: '/v3/marketing/*', contains: 'use_time' },
    fault: { do: 'drop', when: 'before' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  await useHere(await couponNow(on.shop, coupon), 'till')
  const requests = () =>
    on.shop.db.selectFrom('coupon_rail_request').select('state').where('kind', '=', 'use').execute()
  await soon(requests).toEqual([{ state: 'unknown' }])
  onPhone(on.wechat.world, who, coupon.code, 'use')
  on.shop.clock.advance(61_000)
  await soon(requests).toEqual([{ state: 'refused' }])
  await soon(() => railOf(templateId)).toMatchObject({ used: 1, usedTwice: 1 })
  expect((await couponNow(on.shop, coupon)).docKey).toBe('till')
}, 120_000)

test('a coupon made void is switched off there; one thrown away there stays in the wallet here', async () => {
  await setUpBrand(on, owner)
  const templateId = await brandTemplate(owner)
  const [lin, wang] = [await person(), await person()]
  const [one, two] = [await given(on, templateId, lin.memberId), await given(on, templateId, wang.memberId)]
  await soon(async () => [...pack(lin.who), ...pack(wang.who)]).toEqual(['EFFECTIVE', 'EFFECTIVE'])
  await owner.call(couponsApi).voidCoupon({ params: { couponId: one.id }, body: { reason: '发错了' } })
  await soon(async () => pack(lin.who)).toEqual(['DEACTIVATED'])
  onPhone(on.wechat.world, wang.who, two.code, 'remove')
  await soon(() => railOf(templateId)).toMatchObject({ usable: 0, gone: 2 })
  expect((await couponNow(on.shop, two)).state).toBe('issued')
}, 120_000)

test('a batch that WeChat does not know, or a shop without a brand, is told before anything is given out', async () => {
  await expect(brandTemplate(owner)).rejects.toMatchObject({ code: 'coupons.noBrand' })
  await setUpBrand(on, owner)
  await expect(brandTemplate(owner, 'ST-missing')).rejects.toMatchObject({ code: 'coupons.noWechatBatch' })
  const templateId = await brandTemplate(owner, 'ST-full')
  const { who, memberId } = await person()
  const coupon = await given(on, templateId, memberId)
  // WeChat's budget is used up: ours is good all the same, and the admin sees why it is not there.
  await soon(() => railOf(templateId)).toMatchObject({ refused: 1, waiting: 0 })
  expect(pack(who)).toEqual([])
  await useHere(await couponNow(on.shop, coupon), 'till')
  await on.shop.drain()
  expect(await on.shop.db.selectFrom('coupon_rail_request').select('kind').execute()).toEqual([{ kind: 'send' }])
}, 120_000)
