import { fill, words } from '../../lib/i18n/index.ts'
import { shopDay } from '../../lib/format.ts'

/** Lets the shopper answer a second proof by the ways that are open; sends `prove` with the proof. */
Component({
  properties: {
    ways: { type: Array, value: [] as ('lastReceipt' | 'name')[] },
    attemptsLeft: Number,
    busy: Boolean,
  },
  data: {
    t: words().claim,
    way: '',
    amount: '',
    date: '',
    name: '',
    today: shopDay(Date.now()),
    left: '',
  },
  observers: {
    ways(ways: ('lastReceipt' | 'name')[]) {
      // a wrong answer brings the same ways again: what was chosen stays
      const chosen = ways.find(way => way === this.data.way)
      this.setData({ t: words().claim, way: chosen ?? ways[0] ?? 'name' })
    },
    attemptsLeft(count: number) {
      this.setData({ left: fill(words().claim.left, { count }) })
    },
  },
  methods: {
    choose({ currentTarget }: WechatMiniprogram.TouchEvent) {
      this.setData({ way: currentTarget.dataset['way'] })
    },
    onAmount({ detail }: WechatMiniprogram.Input) {
      this.setData({ amount: detail.value })
    },
    onName({ detail }: WechatMiniprogram.Input) {
      this.setData({ name: detail.value })
    },
    onDate({ detail }: WechatMiniprogram.PickerChange) {
      this.setData({ date: String(detail.value) })
    },
    onProve() {
      const { way, amount, date, name, busy } = this.data
      const complete = way === 'name' ? name.trim() !== '' : /^\d{1,9}(\.\d{1,2})?$/.test(amount) && date !== ''
      if (!complete || busy) return
      const proof = way === 'name' ? { kind: 'name', name: name.trim() } : { kind: 'lastReceipt', amount, date }
      this.triggerEvent('prove', { proof })
    },
  },
})
