import { shop } from '../../../api/index.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { whole } from '../../../lib/format.ts'
import { dressWith, loading } from '../../../lib/page.ts'
import * as own from './words.ts'

interface ProductView {
  productId: string
  name: string
  points: string
  left: string
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
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  load() {
    return loading(this, async () => {
      const { points, items } = await shop.rewards.mall()
      const t = own[language()]
      this.setData({
        screen: 'ready',
        points: points === null ? '' : whole(points),
        products: items.map(({ productId, name, points: price, left }) => ({
          productId,
          name,
          points: whole(price),
          left: fill(t.left, { count: whole(left) }),
        })),
      })
    })
  },
})
