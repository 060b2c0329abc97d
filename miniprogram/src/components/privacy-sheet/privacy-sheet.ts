import { refreshBrand } from '../../lib/brand.ts'
import { words } from '../../lib/i18n/index.ts'

/** Asks for consent to the privacy guide before anything is collected; sends `agree` or `refuse`. */
Component({
  properties: {
    open: Boolean,
  },
  data: {
    t: words().privacy,
  },
  observers: {
    open() {
      this.setData({ t: words().privacy })
    },
  },
  methods: {
    readGuide() {
      wx.openPrivacyContract({})
    },
    // WeChat itself notes the consent through the button's open-type
    onAgree() {
      void refreshBrand()
      this.triggerEvent('agree')
    },
    onRefuse() {
      this.triggerEvent('refuse')
    },
  },
})
