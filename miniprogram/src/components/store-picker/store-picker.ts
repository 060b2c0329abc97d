import { loadStores, type ShopStore } from '../../lib/stores.ts'

/** A row (the slot) that lets one of the open stores be chosen; sends `choose` with its code, or null for none. */
Component({
  properties: {
    none: String,
  },
  data: {
    names: [] as string[],
    stores: [] as ShopStore[],
  },
  lifetimes: {
    attached() {
      void this.fill()
    },
  },
  // the first try may have come too early: before a session was allowed
  pageLifetimes: {
    show() {
      if (this.data.stores.length === 0) void this.fill()
    },
  },
  methods: {
    async fill() {
      const stores = await loadStores().catch(() => [])
      this.setData({ stores, names: [this.properties.none, ...stores.map(store => store.name)] })
    },
    onChange({ detail }: WechatMiniprogram.PickerChange) {
      const index = Number(detail.value) - 1
      this.triggerEvent('choose', { storeCode: this.data.stores[index]?.code ?? null })
    },
  },
})
