import { fill, inLanguage } from '../../../../lib/i18n/index.ts'
import { stored } from '../../../../lib/storage.ts'
import { loadStores, type ShopStore } from '../../../../lib/stores.ts'
import * as own from './words.ts'

/** How something is to come, as the server takes it. */
export type WayChosen =
  { way: 'pickUp'; storeCode: string } | { way: 'ship'; address: { name: string; phone: string; place: string } }

/** Asks how something is to come: from which store, or to whom; sends `change` with the choice, null while it is not complete. */
Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    canPickUp: Boolean,
    canShip: Boolean,
    /** codes of the stores where it can be picked up; null = every store */
    only: Array,
    /** what is left at each store, where the product is counted by store; otherwise empty */
    left: Array,
  },
  data: {
    t: own.zh,
    way: '',
    stores: [] as ShopStore[],
    names: [] as string[],
    storeCode: '',
    storeName: '',
    name: '',
    phone: '',
    place: '',
  },
  lifetimes: {
    attached() {
      const { canPickUp } = this.properties
      this.setData({ t: inLanguage(own), way: canPickUp ? 'pickUp' : 'ship' })
      void this.fill()
    },
  },
  methods: {
    async fill() {
      const only = this.properties.only as string[] | null
      const all = await loadStores().catch((): ShopStore[] => [])
      const left = new Map(
        (this.properties.left as { storeCode: string; left: number }[]).map(one => [one.storeCode, one.left] as const),
      )
      const stores = (only === null || only.length === 0 ? all : all.filter(({ code }) => only.includes(code))).filter(
        ({ code }) => left.get(code) !== 0,
      )
      const usual = stores.find(({ code }) => code === stored('store')) ?? (stores.length === 1 ? stores[0] : undefined)
      this.setData({
        stores,
        names: stores.map(({ code, name }) =>
          left.has(code) ? fill(inLanguage(own).leftAt, { name, count: left.get(code) ?? 0 }) : name,
        ),
        storeCode: usual?.code ?? '',
        storeName: usual?.name ?? '',
      })
      this.tell()
    },

    onWay({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.setData({ way: String(currentTarget.dataset['way']) })
      this.tell()
    },

    onStore({ detail }: WechatMiniprogram.PickerChange) {
      const store = this.data.stores[Number(detail.value)]
      this.setData({ storeCode: store?.code ?? '', storeName: store?.name ?? '' })
      this.tell()
    },

    onField({ currentTarget, detail }: WechatMiniprogram.Input) {
      this.setData({ [String(currentTarget.dataset['field'])]: detail.value })
      this.tell()
    },

    tell() {
      this.triggerEvent('change', { chosen: this.chosen() })
    },

    chosen(): WayChosen | null {
      const { way, storeCode } = this.data
      if (way === 'pickUp') return storeCode ? { way, storeCode } : null
      const [name, phone, place] = [this.data.name.trim(), this.data.phone.trim(), this.data.place.trim()]
      return name && /^1\d{10}$/.test(phone) && place.length >= 5
        ? { way: 'ship', address: { name, phone, place } }
        : null
    },
  },
})
