import { messageOf, shop } from '../../../api/index.ts'
import { couponView, type CouponView } from '../../../lib/coupon-view.ts'
import { dayAndTime, dayText, momentText, shopDay } from '../../../lib/format.ts'
import { goodsName, loadGoodsNames } from '../../../lib/goods-names.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'
import { brighten, dim } from '../../../lib/screen-light.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName, type ShopStore } from '../../../lib/stores.ts'
import { ruleSentences } from './rule-sentences.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: words().coupon,
    own: own.zh,
    common: words().common,
    screen: 'loading',
    coupon: null as CouponView | null,
    code: '',
    rules: [] as string[],
    policy: '',
    allStores: '',
    stores: [] as ShopStore[],
    validity: '',
    problem: '',
    canGive: false,
    /** the open offer to a friend, while there is one */
    gift: null as { giftId: string; linkCode: string; note: string } | null,
  },

  couponId: '',

  onLoad(query) {
    this.couponId = query['id'] ?? ''
    dress(this, 'coupon')
    this.setData({ own: own[language()] })
  },

  onShow() {
    void this.load()
  },

  onHide: dim,
  onUnload: dim,

  load(): Promise<void> {
    const storeCode = stored('store')
    return loading(this, async () => {
      const [coupon, stores] = await Promise.all([
        shop.coupons.myCoupon({ params: { couponId: this.couponId }, query: storeCode ? { storeCode } : {} }),
        loadStores().catch((): ShopStore[] => []),
        loadGoodsNames(),
      ])
      const t = own[language()]
      const without = coupon.rules.stores.exclude
      this.setData({
        screen: 'ready',
        coupon: couponView(coupon, { store: storeName, goods: goodsName }),
        code: coupon.state === 'usable' || coupon.state === 'locked' ? coupon.code : '',
        rules: [...ruleSentences(coupon, goodsName), coupon.description].filter(Boolean),
        policy: t.policy[coupon.returnPolicy],
        allStores:
          coupon.stores !== null
            ? ''
            : [
                t.allStores,
                without.length > 0 ? fill(t.exceptStores, { stores: without.map(storeName).join(t.and) }) : '',
              ]
                .filter(Boolean)
                .join(' · '),
        stores: stores.filter(({ code }) => coupon.stores?.includes(code) === true && !without.includes(code)),
        validity: fill(words().coupon.to, {
          from: dayText(shopDay(coupon.validFrom)),
          to: dayAndTime(coupon.validTo),
        }),
      })
      this.setData({ canGive: coupon.giftable })
      // Asked again, giving is the same offer: the page of one that is being given has its link anew.
      if (coupon.state === 'gifting') await this.give()
      else this.setData({ gift: null })
      if (coupon.state === 'usable') brighten()
    })
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
