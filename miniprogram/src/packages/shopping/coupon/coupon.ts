import { isOffline, messageOf, shop } from '../../../api/index.ts'
import { couponView, type CouponView } from '../../../lib/coupon-view.ts'
import { dayText, momentText, rangeEnd, shopDay } from '../../../lib/format.ts'
import { goodsName, loadGoodsNames } from '../../../lib/goods-names.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { keepCoupon, keptCoupons } from '../../../lib/kept-coupons.ts'
import { signCoupon, signedCoupon } from '../../../lib/phone-code.ts'
import { dress, loading, say } from '../../../lib/page.ts'
import { brighten, dim } from '../../../lib/screen-light.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { en, zh } from './words.ts'

const own = { zh, en }
const lookAgain = 30_000

Page({
  data: {
    t: words().coupon,
    own: own.zh,
    common: words().common,
    screen: 'loading',
    coupon: null as CouponView | null,
    code: '',
    /** the code signed, for tills without a network; empty where there is none */
    qr: '',
    /** what is said under the code: how long the signed one lives, or that the screen is bright */
    note: '',
    offline: false,
    /** what its rules are told from */
    terms: {},
    validity: '',
    problem: '',
    canGive: false,
    /** the open offer to a friend, while there is one */
    gift: null as { giftId: string; linkCode: string; note: string } | null,
  },

  couponId: '',
  timer: undefined as ReturnType<typeof setInterval> | undefined,

  onLoad(query) {
    this.couponId = query['id'] ?? ''
    dress(this, 'coupon')
    this.setData({ own: own[language()] })
  },

  onShow() {
    void this.load()
  },

  onHide() {
    this.stop()
  },
  onUnload() {
    this.stop()
  },

  stop() {
    clearInterval(this.timer)
    dim()
  },

  load(): Promise<void> {
    const storeCode = stored('store')
    return loading(this, async () => {
      const asked = shop.coupons.myCoupon({
        params: { couponId: this.couponId },
        query: storeCode ? { storeCode } : {},
      })
      await Promise.all([loadStores().catch(() => []), loadGoodsNames()])
      const told = await asked.catch((error: unknown) => {
        const kept = keptCoupons().find(({ couponId }) => couponId === this.couponId)
        if (!isOffline(error) || !kept) throw error
        return { offline: true as const, kept }
      })
      const offline = 'kept' in told
      const coupon = offline ? told.kept : told
      if (!offline) keepCoupon(coupon)
      this.setData({
        screen: 'ready',
        offline,
        coupon: couponView(coupon, { store: storeName, goods: goodsName }),
        code: coupon.state === 'usable' || coupon.state === 'locked' ? coupon.code : '',
        terms: coupon,
        validity: fill(words().coupon.to, {
          from: dayText(shopDay(coupon.validFrom)),
          to: rangeEnd(coupon.validTo),
        }),
      })
      this.setData({ canGive: coupon.giftable && !offline })
      // Asked again, giving is the same offer: the page of one that is being given has its link anew.
      if (coupon.state === 'gifting') await this.give()
      else this.setData({ gift: null })
      if (coupon.state === 'usable') await this.light(coupon.kind === 'amountOff')
    })
  },

  // Full light, and where the shop signs such coupons the signed code, which is good for a day and is looked at while it is shown.
  async light(canBeSigned: boolean): Promise<void> {
    brighten()
    if (canBeSigned && !this.data.offline) await signCoupon(this.couponId)
    this.showSigned(canBeSigned)
    clearInterval(this.timer)
    this.timer = setInterval(() => this.showSigned(canBeSigned), lookAgain)
  },

  showSigned(canBeSigned: boolean) {
    const t = own[language()]
    const signed = canBeSigned ? signedCoupon(this.couponId) : null
    const note = signed
      ? fill(t.signedUntil, { when: momentText(signed.until) })
      : canBeSigned && this.data.offline
        ? t.signedOver
        : words().coupon.showTill
    this.setData({ qr: signed?.digits ?? '', note })
  },

  async give(): Promise<void> {
    const { giftId, linkCode, until } = await shop.coupons.giveCoupon({ params: { couponId: this.couponId } })
    const note = fill(own[language()].giving, { when: momentText(until) })
    this.setData({ gift: linkCode === null ? null : { giftId, linkCode, note } })
  },

  async onGive() {
    try {
      await this.give()
      await this.load()
    } catch (error) {
      say(messageOf(error), 3000)
    }
  },

  async onTakeBack() {
    const { gift } = this.data
    if (!gift) return
    try {
      await shop.coupons.takeBackGift({ params: { giftId: gift.giftId } })
      say(own[language()].tookBack)
    } catch (error) {
      say(messageOf(error), 3000)
    }
    await this.load()
  },

  onShareAppMessage(): { title?: string; path: string } {
    const { gift, coupon } = this.data
    if (!gift) return { path: '/pages/code/code' }
    return {
      title: fill(own[language()].shareTitle, { name: coupon?.name ?? '' }),
      path: `/packages/shopping/gift/gift?g=${gift.linkCode}`,
    }
  },
})
