import { dressOpenPages, refreshBrand } from './lib/brand.ts'
import { wordTabs } from './lib/i18n/index.ts'

App({
  onLaunch() {
    wordTabs()
    wx.onThemeChange(dressOpenPages)
    void refreshBrand()
  },
})
