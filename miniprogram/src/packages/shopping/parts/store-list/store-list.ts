import { dayText } from '../../../../lib/format.ts'
import { fill, language } from '../../../../lib/i18n/index.ts'
import { needsPrivacyConsent } from '../../../../lib/privacy.ts'
import type { ShopStore } from '../../../../lib/stores.ts'
import { distanceText, inOrder, type Place } from '../distance.ts'
import { en, zh } from './words.ts'

const own = { zh, en }
/** So many rows at first: the rest when asked for. */
const FIRST = 8

/**
 * Stores as a list. How far they are is reckoned on the phone, only when somebody asks for it, and neither sent nor kept.
 * With `choosable` a tap sends `choose` with the store's code; `none` is a first row for no store, with an empty code.
 */
Component({
  properties: {
    stores: { type: Array, value: [] as ShopStore[] },
    choosable: Boolean,
    none: String,
    chosen: String,
  },
  data: {
    t: own.zh,
    all: [] as { code: string; name: string; address: string; open: string; resting: string; distance: string }[],
    count: FIRST,
    canSort: false,
    /** sorted | refused | '' */
    state: '',
    askPrivacy: false,
  },
  lifetimes: {
    attached() {
      this.setData({ t: own[language()] })
    },
  },
  observers: {
    stores() {
      this.show(null)
    },
  },
  methods: {
    show(here: Place | null) {
      const { stores } = this.properties
      const t = own[language()]
      const restText = (until: string | null): string =>
        until === null ? t.resting : fill(t.restingUntil, { day: dayText(until) })
      const all = inOrder(stores, here).map(({ code, name, address, hours, resting, closedUntil, metres }) => ({
        code,
        name,
        address: address ?? '',
        open: hours ?? '',
        resting: resting ? restText(closedUntil) : '',
        distance: metres === null ? '' : distanceText(metres),
      }))
      this.setData({
        all,
        canSort: stores.length > 1 && stores.some(store => typeof store.latitude === 'number'),
      })
    },

    async onSort() {
      if (await needsPrivacyConsent()) this.setData({ askPrivacy: true })
      else this.locate()
    },

    onAgree() {
      this.setData({ askPrivacy: false })
      this.locate()
    },
    onRefuse() {
      this.setData({ askPrivacy: false, state: 'refused' })
    },

    locate() {
      wx.getLocation({
        type: 'gcj02',
        success: ({ latitude, longitude }) => {
          this.setData({ state: 'sorted' })
          this.show({ latitude, longitude })
        },
        fail: () => this.setData({ state: 'refused' }),
      })
    },

    onSettings() {
      wx.openSetting({
        success: ({ authSetting }) => {
          if (authSetting['scope.userLocation'] === true) this.locate()
        },
      })
    },

    onMore() {
      this.setData({ count: this.data.all.length })
    },

    onChoose({ currentTarget }: WechatMiniprogram.TouchEvent) {
      if (this.properties.choosable) this.triggerEvent('choose', { storeCode: String(currentTarget.dataset['code']) })
    },
  },
})
