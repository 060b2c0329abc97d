import { words } from '../../lib/i18n/index.ts'

/** What a guest sees where only members have something: why, and the way to a card. */
Component({
  properties: {
    text: String,
  },
  data: {
    title: words().guest.gateTitle,
    action: words().common.openCard,
  },
  methods: {
    // The first tab asks for consent to the privacy guide before anything else.
    onAct() {
      void wx.switchTab({ url: '/pages/code/code' })
    },
  },
})
