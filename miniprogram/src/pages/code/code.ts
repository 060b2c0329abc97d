import { isOffline, messageOf, shop } from '../../api/index.ts'
import { paintBar, shopFace } from '../../lib/brand.ts'
import { refreshCard } from '../../lib/card.ts'
import type { CardSnapshot } from '../../lib/card-snapshot.ts'
import { inLanguage, words } from '../../lib/i18n/index.ts'
import { dress, say } from '../../lib/page.ts'
import { needsPrivacyConsent } from '../../lib/privacy.ts'
import { noteOrigin, tellScan } from '../../lib/origin.ts'
import { refreshRedDot } from '../../lib/red-dot.ts'
import { brighten, dim } from '../../lib/screen-light.ts'
import { forget, stored } from '../../lib/storage.ts'
import { onScreenshot } from '../../lib/screenshot.ts'
import { loadStores, storeName } from '../../lib/stores.ts'
import { tierLine } from '../../lib/tier-line.ts'
import { cardView, type CardView } from './card-view.ts'
import { phoneSecret, refreshPhoneSecret } from '../../lib/phone-code.ts'
import { turning } from './turning-view.ts'

Page({
  data: {
    t: words().code,
    guest: words().guest,
    common: words().common,
    screen: 'starting',
    ...shopFace(),
    card: null as CardView | null,
    /** 长辈版: larger type, and only the code, the points and help. */
    large: false,
    /** What is missing to the next tier. */
    tier: '',
    /** The tier itself, beside the name. */
    rank: '',
    offline: false,
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
        const tier = await shop.tiers.myTier().catch(() => null)
        this.setData({ tier: tier ? tierLine(tier) : '', rank: tier?.tier ? inLanguage(tier.tier.name) : '' })
      } else {
        this.setData({ screen: 'guest', card: null })
      }
      this.setData({ offline: false })
      void refreshRedDot()
      tellScan()
    } catch (error) {
      if (stored('card')) this.setData({ offline: isOffline(error) })
      else this.setData({ screen: 'failed', problem: messageOf(error) })
    }
  },

  onTier() {
    void wx.navigateTo({ url: '/packages/rewards/tier/tier' })
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
