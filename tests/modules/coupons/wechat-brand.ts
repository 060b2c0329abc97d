import { payOf } from '../../../sandbox/pay/state.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import type { Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

/** Sets up the merchant of the sandbox with a brand. */
export async function setUpBrand(on: Stage, owner: StaffUser): Promise<void> {
  const { mchid, serial, privateKeyPem, apiV3Key, platformSerial, platformPublicKeyPem } = payOf(
    on.wechat.world,
  ).merchant()
  await owner.call(wechatApi).saveMerchant({
    body: {
      version: 0,
      mchId: mchid,
      serial,
      privateKey: privateKeyPem,
      apiV3Key,
      platformSerial,
      platformKey: platformPublicKeyPem,
      baseUrl: on.wechat.url,
      brandId: '120344',
    },
  })
}

/** An active template that also goes out as 商品券: 5 yuan off 39. */
export async function brandTemplate(owner: StaffUser, stockId = 'ST1'): Promise<string> {
  const api = owner.call(couponsApi)
  const { templateId } = await api.createTemplate({
    body: {
      name: '满39减5',
      amountOff: 500,
      threshold: 3900,
      validDays: 10,
      stock: 100,
      perMemberLimit: 5,
      budget: 1000,
      wechat: { productCouponId: 'PC1', stockId },
    },
  })
  await api.activateTemplate({ params: { templateId } })
  return templateId
}

/** A member gets one from a campaign; nothing has been told to WeChat yet. */
export async function given(on: Stage, templateId: string, memberId: string): Promise<HeldCoupon> {
  const { issued } = await inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(tx, templateId, [{ memberId, key: `campaign:x:${memberId}` }]),
  )
  const id = [...issued.values()][0]?.couponId
  const coupon = (await on.shop.modules.coupons.ofMember(on.shop.db, memberId)).find(each => each.id === id)
  if (coupon === undefined) throw new Error('no coupon')
  return coupon
}
