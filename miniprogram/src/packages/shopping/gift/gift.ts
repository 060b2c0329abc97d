import { messageOf, shop } from '../../../api/index.ts'
import { couponFace, thresholdText, type CouponFace } from '../../../lib/coupon-view.ts'
import { dayText, momentText, shopDay } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { membership } from '../../../lib/membership.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Gift = Awaited<ReturnType<typeof shop.coupons.gift>>

// Where the link of a gift leads: what it carries, and one button to take it.
Page({
  data: {
    t: own.zh,
    common: words().common,
    guestText: words().guest.gateWallet,
    screen: 'loading',
    problem: '',
    face: null as CouponFace | null,
    name: '',
    threshold: '',
    validity: '',
    note: '',
    canTake: false,
    isMine: false,
    busy: false,
  },

  linkCode: '',

  onLoad(query) {
    this.linkCode = query['g'] ?? ''
    dressWith(this, own)
    this.setData({ guestText: words().guest.gateWallet })
  },

  onShow() {
    void this.load()
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      this.show(await shop.coupons.gift({ params: { linkCode: this.linkCode } }))
    })
  },

  show(gift: Gift) {
    const t = own[language()]
    const isOpen = gift.state === 'open'
    const isTaker = gift.mine === 'taker'
    this.setData({
      screen: 'ready',
      face: couponFace({ ...gift.terms, stores: null }),
      name: gift.name,
      threshold: thresholdText(gift.terms.threshold),
      validity: fill(words().dates.day, { day: dayText(shopDay(gift.validTo)) }),
      isMine: isTaker,
      canTake: isOpen && gift.mine !== 'giver',
      note: isTaker
        ? t.taken
        : !isOpen
          ? t.gone
          : gift.mine === 'giver'
            ? t.waiting
            : fill(t.until, { when: momentText(gift.until) }),
    })
  },

  async onTake() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(await shop.coupons.takeGift({ params: { linkCode: this.linkCode } }))
      say(own[language()].taken, 2500)
    } catch (error) {
      say(messageOf(error), 3000)
      await this.load()
    } finally {
      this.setData({ busy: false })
    }
  },

  onWallet() {
    void wx.switchTab({ url: '/pages/wallet/wallet' })
  },
})
