import { words } from '../../lib/i18n/index.ts'

/** What a page shows while it loads (grey lines) or when that failed (why, and a button that sends `retry`). */
Component({
  properties: {
    screen: String,
    problem: String,
  },
  data: {
    bones: [1, 2, 3, 4],
    title: '',
    action: '',
  },
  observers: {
    screen() {
      const { failed, retry } = words().common
      this.setData({ title: failed, action: retry })
    },
  },
  methods: {
    onRetry() {
      this.triggerEvent('retry')
    },
  },
})
