import type { Banner } from '../../../../server/modules/brand/contract.ts'
import { isOffline, messageOf, shop } from '../../api/index.ts'
import { paintBar, shopFace } from '../../lib/brand.ts'
import { refreshCard } from '../../lib/card.ts'
import { earningRate, rateText, type Rate } from '../../lib/earning-rate.ts'
import type { CardSnapshot } from '../../lib/card-snapshot.ts'
import { words } from '../../lib/i18n/index.ts'
import { dress, say, tellMeaning } from '../../lib/page.ts'
import { needsPrivacyConsent } from '../../lib/privacy.ts'
import { noteOrigin, tellScan } from '../../lib/origin.ts'
import { refreshRedDot } from '../../lib/red-dot.ts'
import { brighten, dim } from '../../lib/screen-light.ts'
import { forget, stored } from '../../lib/storage.ts'
import { onScreenshot } from '../../lib/screenshot.ts'
import { loadStores, storeName } from '../../lib/stores.ts'
import { bannerView, type BannerView } from './banner-view.ts'
import { cardView, type CardView } from './card-view.ts'
import { phoneSecret, refreshPhoneSecret } from '../../lib/phone-code.ts'
import { turning } from './turning-view.ts'

const doorsFor = 10 * 60_000

Page({
  data: {
    t: words().code,
    guest: words().guest,
    /** what a purchase earns, for who has no card yet */
    earns: '',
    common: words().common,
    screen: 'starting',
    ...shopFace(),
    card: null as CardView | null,
    /** what the figure that was tapped means */
    meaning: '',
    /** 长辈版: larger type, and only the code, the points and help. */
    large: false,
    offline: false,
    /** The figures could not be asked anew: they say when they are from. */
    stale: false,
    /** What of the shop's activities is open, below all that belongs to the till. */
    doors: { signIn: false, mall: false },
    banner: null as BannerView | null,
    /** what is to be scanned, and whether it turns: without a secret of this phone it is the card's number */
    code: '',
    qr: '',
    turns: false,
    left: 1,
    seconds: 30,
    caught: false,
    bright: false,
    askPrivacy: false,
    problem: '',
    stripes: Array.from({ length: 18 }, (_, index) => index),
  },

  doorsAskedAt: 0,
  banner: null as Banner | null,
  rate: null as Rate | null,

  onLoad(query) {
    noteOrigin(query)
    // The code of last time is on the screen before anything is asked of the network.
    const known = stored('card')
    if (known) this.show(known)
    else void this.meet()
  },

  onShow() {
    dress(this, 'code')
    paintBar()
    this.setData({ guest: words().guest, large: stored('large') ?? false })
    this.showRate()
    this.showBanner()
    const known = stored('card')
    if (known) {
      this.show(known)
      this.light()
      void this.refresh()
    } else if (this.data.screen === 'card') {
      void this.meet()
    }
  },

  onHide() {
    this.setData({ meaning: '' })
    this.stop()
  },
  onUnload() {
    this.stop()
  },

  stop() {
    turning.stop()
    onScreenshot(null)
    dim()
  },

  // Full light, a code of now, and a new one for whoever photographs it.
  light() {
    brighten(() => this.setData({ bright: true }))
    turning.start(stored('card')?.cardNo ?? '', view => this.setData(view))
    onScreenshot(() => turning.turn(true))
  },

  onMeaning(event: WechatMiniprogram.TouchEvent) {
    tellMeaning(this, event)
  },

  onTurn() {
    turning.turn(false)
  },

  async onPullDownRefresh() {
    if (stored('card')) await this.refresh()
    else await this.meet()
    void wx.stopPullDownRefresh()
  },

  show(card: CardSnapshot) {
    this.setData({ screen: 'card', card: cardView(card, storeName, phoneSecret()?.pointsPerYuan) })
  },

  // Someone without a card on this phone: the guest page, and before anything is asked of the server the privacy guide.
  async meet() {
    if (await needsPrivacyConsent()) {
      this.setData({ screen: 'guest', card: null, askPrivacy: true })
      return
    }
    await this.refresh()
  },

  async refresh() {
    try {
      const card = await refreshCard()
      if (card) {
        await loadStores().catch(() => [])
        this.show(card)
        await refreshPhoneSecret().catch(() => null)
        this.show(card)
        this.light()
        void this.openDoors()
      } else {
        this.setData({ screen: 'guest', card: null })
        void this.askRate()
      }
      this.setData({ offline: false, stale: false })
      void refreshRedDot()
      tellScan()
    } catch (error) {
      if (stored('card')) this.setData({ offline: isOffline(error), stale: true })
      else this.setData({ screen: 'failed', problem: messageOf(error) })
    }
  },

  // Asked after the code is lit, and not at every look at the tab: what is open changes by the day.
  async openDoors() {
    if (this.data.large || Date.now() - this.doorsAskedAt < doorsFor) return
    this.doorsAskedAt = Date.now()
    const [calendar, mall, told] = await Promise.all([
      shop.rewards.mySignIn({ query: {} }).catch(() => null),
      shop.rewards.mall().catch(() => null),
      shop.brand.banner().catch(() => null),
    ])
    if (!calendar || !mall || !told) this.doorsAskedAt = 0
    this.setData({ doors: { signIn: calendar?.isOn ?? false, mall: (mall?.items.length ?? 0) > 0 } })
    this.banner = told?.banner ?? null
    this.showBanner()
  },

  async askRate() {
    this.rate = await earningRate()
    this.showRate()
  },

  showRate() {
    const { pointsText, pointsPlain } = words().guest
    this.setData({ earns: rateText(this.rate, pointsText, pointsPlain) })
  },

  // In the language of now, which may have been changed since it was asked.
  showBanner() {
    this.setData({ banner: this.banner && bannerView(this.banner) })
  },

  onBanner() {
    const page = this.data.banner?.page
    if (page) void wx.navigateTo({ url: page })
  },
  // Its line is enough where the picture does not come.
  onNoPicture() {
    if (this.data.banner) this.setData({ 'banner.picture': '' })
  },

  onTier() {
    void wx.navigateTo({ url: '/packages/rewards/tier/tier' })
  },
  onSignIn() {
    void wx.navigateTo({ url: '/packages/rewards/signin/signin' })
  },
  onMall() {
    void wx.navigateTo({ url: '/packages/rewards/mall/mall' })
  },

  onAgree() {
    this.setData({ askPrivacy: false })
    void this.refresh()
  },

  onRefuse() {
    this.setData({ askPrivacy: false })
    say(words().privacy.refused)
  },

  async onOpenCard() {
    if (await needsPrivacyConsent()) this.setData({ askPrivacy: true })
    else void wx.navigateTo({ url: '/packages/enrol/enrol/enrol' })
  },

  onStore() {
    void wx.navigateTo({ url: '/packages/shopping/stores/stores' })
  },

  onHelp() {
    void wx.switchTab({ url: '/pages/help/help' })
  },
  onUsual() {
    forget('large')
    this.setData({ large: false })
    void this.openDoors()
  },
  onPoints() {
    void wx.navigateTo({ url: '/packages/shopping/points/points' })
  },
  onWallet() {
    void wx.switchTab({ url: '/pages/wallet/wallet' })
  },
  onReceipts() {
    void wx.switchTab({ url: '/pages/receipts/receipts' })
  },
  onOldCards() {
    void wx.navigateTo({ url: '/packages/enrol/old-cards/old-cards' })
  },
  onRetry() {
    this.setData({ screen: 'starting' })
    void this.meet()
  },
})
