import { ApiError, messageOf, shop } from '../../../api/index.ts'
import { goodsName, loadGoodsNames } from '../../../lib/goods-names.ts'
import { language, words } from '../../../lib/i18n/index.ts'
import { membership } from '../../../lib/membership.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { askForMessage, onceKey, prepareToAsk } from '../../../lib/subscribe.ts'
import { shelvesOf, type ShelfView } from './offer-view.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Outcome = Awaited<ReturnType<typeof shop.coupons.claim>>['outcome']
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

// One key for each tap that has no answer yet: asked again after a lost network, it is the same claim.
const open: Record<string, string> = {}

Page({
  data: {
    t: own.zh,
    common: words().common,
    guestText: words().guest.gateWallet,
    screen: 'loading',
    problem: '',
    shelves: [] as ShelfView[],
    /** the offer that is being claimed */
    busy: '',
    code: '',
    redeeming: false,
  },

  codeKey: '',

  onLoad() {
    dressWith(this, own)
    this.setData({ guestText: words().guest.gateWallet })
  },

  onShow() {
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      void prepareToAsk()
      const storeCode = stored('store')
      const [{ items }] = await Promise.all([
        shop.coupons.couponCentre({ query: storeCode ? { storeCode } : {} }),
        loadStores().catch(() => []),
        loadGoodsNames(),
      ])
      this.setData({ screen: 'ready', shelves: shelvesOf(items, { store: storeName, goods: goodsName }) })
    })
  },

  onAct({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const { id, act } = currentTarget.dataset as { id: string; act: string }
    if (act === 'claim') void this.claim(id)
    else if (act === 'use') void wx.switchTab({ url: '/pages/wallet/wallet' })
  },

  // The pop-up has to follow the tap itself, so it is asked while the claim is under way.
  async claim(offerId: string) {
    if (this.data.busy) return
    this.setData({ busy: offerId })
    const t = own[language()]
    const key = (open[offerId] ??= onceKey())
    try {
      const [outcome, reminds] = await Promise.all([this.ask(offerId, key), askForMessage('couponClaim')])
      if (outcome !== 'queued') delete open[offerId]
      const texts = {
        claimed: reminds ? t.claimedRemind : t.claimed,
        soldOut: t.soldOut,
        limit: t.limit,
        closed: t.closed,
        queued: t.stillQueued,
        again: t.stillQueued,
      }
      say(texts[outcome], 2500)
    } catch (error) {
      // What was answered was not done; without an answer the next tap asks for the same claim.
      if (error instanceof ApiError) delete open[offerId]
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: '' })
      await this.load()
    }
  },

  async ask(offerId: string, key: string): Promise<Outcome> {
    const claim = () => shop.coupons.claim({ params: { offerId }, body: { key } })
    let { outcome } = await claim()
    if (outcome === 'queued') say(own[language()].queued)
    for (let tries = 0; (outcome === 'queued' || outcome === 'again') && tries < 12; tries++) {
      await sleep(500 + tries * 100)
      outcome = (await (outcome === 'again' ? claim() : shop.coupons.claimStatus({ params: { offerId, key } }))).outcome
    }
    return outcome
  },

  onCode({ detail }: WechatMiniprogram.Input) {
    this.codeKey = ''
    this.setData({ code: detail.value })
  },

  async onRedeem() {
    const code = this.data.code.trim()
    if (code === '' || this.data.redeeming) return
    this.setData({ redeeming: true })
    this.codeKey ||= onceKey()
    const t = own[language()]
    try {
      const { isNew } = await shop.coupons.redeemCode({ body: { code, key: this.codeKey } })
      this.setData({ code: '' })
      this.codeKey = ''
      say(isNew ? t.redeemed : t.again2, 2500)
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ redeeming: false })
    }
  },
})
