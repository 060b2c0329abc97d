import { shop } from '../../../api/index.ts'
import { couponView, type CouponView } from '../../../lib/coupon-view.ts'
import { dayAndTime, dayText, shopDay, yuanOfFen } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dress, loading } from '../../../lib/page.ts'
import { brighten, dim } from '../../../lib/screen-light.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'

Page({
  data: {
    t: words().coupon,
    common: words().common,
    screen: 'loading',
    coupon: null as CouponView | null,
    code: '',
    rules: [] as string[],
    stores: '',
    validity: '',
    problem: '',
  },

  couponId: '',

  onLoad(query) {
    this.couponId = query['id'] ?? ''
    dress(this, 'coupon')
  },

  onShow() {
    void this.load()
  },

  onHide: dim,
  onUnload: dim,

  load() {
    const storeCode = stored('store')
    return loading(this, async () => {
      const [coupon] = await Promise.all([
        shop.coupons.myCoupon({ params: { couponId: this.couponId }, query: storeCode ? { storeCode } : {} }),
        loadStores().catch(() => []),
      ])
      const { coupon: t, wallet } = words()
      this.setData({
        screen: 'ready',
        coupon: couponView(coupon, storeName),
        code: coupon.state === 'usable' || coupon.state === 'locked' ? coupon.code : '',
        rules: [
          coupon.description,
          fill(t.ruleThreshold, { amount: yuanOfFen(coupon.threshold) }),
          t.ruleReturn,
        ].filter(Boolean),
        stores: coupon.stores === null ? wallet.allStores : coupon.stores.map(storeName).join('、'),
        validity: fill(t.to, { from: dayText(shopDay(coupon.validFrom)), to: dayAndTime(coupon.validTo) }),
      })
      if (coupon.state === 'usable') brighten()
    })
  },
})
