import type { CouponView } from '../../lib/coupon-view.ts'

/** One coupon as it looks in the wallet; sends `use` when it is tapped and can be shown. */
Component({
  properties: {
    coupon: { type: Object, value: {} as CouponView },
  },
  methods: {
    onTap() {
      this.triggerEvent('use', { couponId: this.properties.coupon['couponId'] })
    },
  },
})
