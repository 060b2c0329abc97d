import { shop } from '../../../api/index.ts'
import { whole } from '../../../lib/format.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading } from '../../../lib/page.ts'
import { pictureUrl } from './picture.ts'
import { fenText, refusalText } from './refusal.ts'
import * as own from './words.ts'

interface ProductView {
  productId: string
  name: string
  initial: string
  picture: string
  points: string
  fen: string
  left: string
  why: string
}

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    points: '',
    products: [] as ProductView[],
  },

  onLoad() {
    dressWith(this, own)
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
      const { points, items } = await shop.rewards.mall()
      const t = inLanguage(own)
      this.setData({
        screen: 'ready',
        points: points === null ? '' : whole(Math.max(0, points)),
        products: items.map(product => ({
          productId: product.productId,
          name: product.name,
          initial: product.name.slice(0, 1),
          picture: pictureUrl(product.imageId),
          points: whole(product.points),
          fen: fenText(product.fen),
          left: fill(t.left, { count: whole(product.left) }),
          why: refusalText(product, points),
        })),
      })
    })
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/rewards/product/product?id=${String(currentTarget.dataset['id'])}` })
  },

  onMine() {
    void wx.navigateTo({ url: '/packages/rewards/orders/orders' })
  },

  onLottery() {
    void wx.navigateTo({ url: '/packages/rewards/lottery/lottery' })
  },
})
