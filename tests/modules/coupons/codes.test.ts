import { afterEach, beforeEach, expect, test } from 'vitest'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { newTemplate } from './coupons.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})
afterEach(() => on.close())

const shopper = async (name: string) => {
  const { memberId, headers } = await on.enrols(on.person(name))
  return { memberId, coupons: on.shop.call(couponsApi, headers) }
}
const owner = async () => (await on.shop.as('owner')).call(couponsApi)
const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : error

test('one code for everybody: typed in any case, once each, until its end', async () => {
  const templateId = await newTemplate(on.shop, { perMemberLimit: 5 })
  const api = await owner()
  await api.addPublicCode({ params: { templateId }, body: { code: 'welcome2026', maxUses: 2 } })
  expect(
    codeOf(
      await api
        .addPublicCode({ params: { templateId }, body: { code: 'WELCOME2026', maxUses: 5 } })
        .catch((error: unknown) => error),
    ),
  ).toBe('coupons.codeExists')
  const [lin, wang, zhao] = [await shopper('林女士'), await shopper('王先生'), await shopper('赵女士')]
  const type = (who: typeof lin, key: string, code = ' Welcome 2026 ') =>
    who.coupons.redeemCode({ body: { code, key } }).catch(codeOf)
  const first = await type(lin, 'tap-000001')
  expect(first).toMatchObject({ isNew: true })
  expect(await type(lin, 'tap-000001')).toMatchObject({ isNew: false })
  expect(await type(lin, 'tap-000002')).toBe('coupons.codeLimit')
  expect(await type(wang, 'tap-000001')).toMatchObject({ isNew: true })
  expect(await type(zhao, 'tap-000001')).toBe('coupons.codeOver')
  expect(await type(zhao, 'tap-000001', 'WELC0ME')).toBe('coupons.wrongCode')
  const { codes } = await api.offer({ params: { templateId } })
  expect(codes).toMatchObject([{ code: 'WELCOME2026', used: 2, on: true }])
})

test('a member who types it ten times at once has it once', async () => {
  const templateId = await newTemplate(on.shop, { perMemberLimit: 50 })
  await (await owner()).addPublicCode({ params: { templateId }, body: { code: 'ONCE2026', maxUses: 100 } })
  const lin = await shopper('林女士')
  const said = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      lin.coupons.redeemCode({ body: { code: 'ONCE2026', key: `tap-00000${n}` } }).then(() => 'yes', codeOf),
    ),
  )
  expect(said.filter(one => one === 'yes')).toHaveLength(1)
  expect(said.filter(one => one === 'coupons.codeLimit')).toHaveLength(9)
})

test('a code of a pool is whoever types it first, and guessing ends after ten wrong ones', async () => {
  const templateId = await newTemplate(on.shop)
  await on.shop.db
    .insertInto('coupon_pool_code')
    .values({ code: 'LEAF-2026-AB12', templateId, bulkId: 'B'.padEnd(26, '0') })
    .execute()
  const [lin, wang] = [await shopper('林女士'), await shopper('王先生')]
  const type = (who: typeof lin, code: string) => who.coupons.redeemCode({ body: { code, key: 'tap-000001' } })
  const said = await Promise.all(
    [lin, wang, lin, wang].map(who => type(who, 'leaf-2026-ab12').then(({ couponId }) => couponId, codeOf)),
  )
  expect(said.filter(one => one === 'coupons.codeTaken')).toHaveLength(2)
  expect(new Set(said).size).toBe(2)
  for (let n = 0; n < 10; n++) expect(await type(wang, `GUESS-${n}`).catch(codeOf)).toBe('coupons.wrongCode')
  expect(await type(wang, 'LEAF-2026-AB12').catch(codeOf)).toBe('coupons.tooManyTries')
})
