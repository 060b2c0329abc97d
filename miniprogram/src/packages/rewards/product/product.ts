import { messageOf, shop } from '../../../api/index.ts'
import { whole } from '../../../lib/format.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { askForMessage, onceKey, prepareToAsk } from '../../../lib/subscribe.ts'
import { pictureUrl } from '../mall/picture.ts'
import { fenText, refusalText } from '../mall/refusal.ts'
import type { WayChosen } from '../parts/way-form/way-form.ts'
import * as own from './words.ts'

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    name: '',
    initial: '',
    picture: '',
    points: '',
    fen: '',
    mine: '',
    left: '',
    limit: '',
    about: '',
    notes: [] as string[],
    isCoupon: false,
    canPickUp: false,
    canShip: false,
    only: [] as string[],
    storesLeft: [] as { storeCode: string; left: number }[],
    why: '',
    button: '',
    busy: false,
  },

  productId: '',
  chosen: null as WayChosen | null,
  key: '',

  onLoad(query) {
    this.productId = query['id'] ?? ''
    dressWith(this, own)
    void this.load()
    void prepareToAsk()
  },

  load() {
    return loading(this, async () => {
      const { points, product } = await shop.rewards.mallProduct({ params: { productId: this.productId } })
      const t = inLanguage(own)
      const isCoupon = product.kind === 'coupon'
      const canPickUp = product.ways.some(way => way === 'pickUp')
      const pickUp = product.isReadyAtOnce ? t.atOnce : t.prepared
      this.setData({
        screen: points === null ? 'guest' : 'ready',
        name: product.name,
        initial: product.name.slice(0, 1),
        picture: pictureUrl(product.imageId),
        points: whole(product.points),
        fen: fenText(product.fen),
        mine: fill(t.mine, { points: whole(Math.max(0, points ?? 0)) }),
        left: fill(t.left, { count: whole(product.left) }),
        limit:
          product.memberLimit === null
            ? ''
            : fill(t.per[product.limitPeriod], { count: product.memberLimit, had: product.had }),
        about: product.description,
        notes: [
          isCoupon ? t.wallet : canPickUp ? pickUp : '',
          canPickUp && !isCoupon ? fill(t.keep, { days: product.claimDays }) : '',
          product.fen > 0 ? fill(t.pay, { fen: fenText(product.fen) }) : '',
          isCoupon ? '' : t.back,
        ].filter(Boolean),
        isCoupon,
        canPickUp,
        canShip: product.ways.some(way => way === 'ship'),
        only: product.stores ?? [],
        storesLeft: product.storesLeft ?? [],
        why: refusalText(product, points),
        button: fill(t.exchange, { points: whole(product.points) }),
      })
    })
  },

  onWay({ detail }: WechatMiniprogram.CustomEvent<{ chosen: WayChosen | null }>) {
    this.chosen = detail.chosen
  },

  async onExchange() {
    const { t, isCoupon, busy, points, name } = this.data
    if (busy || this.data.why) return
    if (!isCoupon && this.chosen === null) {
      say(t.choose)
      return
    }
    if (!(await ask(t.doIt, fill(t.confirm, { points, name })))) return
    this.setData({ busy: true })
    // The same tap keeps its key: sent again after a lost answer it is still one exchange.
    this.key ||= onceKey()
    try {
      if (!isCoupon && this.chosen?.way === 'pickUp') await askForMessage('exchange')
      const order = await shop.rewards.exchange({
        params: { productId: this.productId },
        body: {
          key: this.key,
          ...(isCoupon ? { way: 'wallet' as const } : (this.chosen ?? { way: 'wallet' as const })),
        },
      })
      this.key = ''
      say(t.done)
      void wx.redirectTo({ url: `/packages/rewards/order/order?id=${order.orderId}` })
    } catch (error) {
      say(messageOf(error), 3000)
      void this.load()
    } finally {
      this.setData({ busy: false })
    }
  },
})
