import { messageOf, shop } from '../../../api/index.ts'
import { endSession } from '../../../api/session.ts'
import { whole } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: words().close,
    common: words().common,
    screen: 'loading',
    h: own.zh,
    consequences: [] as string[],
    /** Who can take over, when this member heads a household; the last choice is nobody. */
    family: [] as { id: string; name: string }[],
    choices: [] as string[],
    heir: -1,
    points: 0,
    coupons: 0,
    understood: false,
    act: '',
    busy: false,
    problem: '',
  },

  onLoad() {
    dress(this, 'close')
    this.setData({ h: own[language()] })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [{ active }, { counts }, household] = await Promise.all([
        shop.points.myBalance(),
        shop.coupons.wallet({ query: { tab: 'usable' } }),
        shop.members.myHousehold(),
      ])
      const family = (household.role === 'head' ? household.members : []).map(({ memberId, name }) => ({
        id: memberId,
        name: name || own[language()].noName,
      }))
      this.setData({
        screen: 'ready',
        family,
        choices: [...family.map(({ name }) => name), own[language()].nobody],
        points: active,
        coupons: counts.usable,
      })
      this.tell()
    })
  },

  /** What closing will do, with the choice that is made. */
  tell() {
    const { points, coupons, family, heir, h } = this.data
    const t = words().close
    const name = family[heir]?.name
    const values = { points: whole(points), count: coupons, name: name ?? '' }
    this.setData({
      consequences: [
        name !== undefined ? fill(h.handed, values) : points > 0 ? fill(t.points, values) : t.noPoints,
        coupons > 0 ? fill(t.coupons, values) : t.noCoupons,
        t.data,
        t.receipts,
        t.again,
      ],
      act:
        name !== undefined ? fill(h.actHanded, values) : points > 0 || coupons > 0 ? fill(t.act, values) : t.actPlain,
    })
  },

  onHeir({ detail }: WechatMiniprogram.CustomEvent<{ value: string }>) {
    this.setData({ heir: Number(detail.value) })
    this.tell()
  },

  onUnderstood({ detail }: WechatMiniprogram.CustomEvent<{ checked: boolean }>) {
    this.setData({ understood: detail.checked })
  },

  async onClose() {
    if (!this.data.understood || this.data.busy) return
    this.setData({ busy: true })
    try {
      const newHeadId = this.data.family[this.data.heir]?.id
      await shop.members.closeMe({ body: { confirm: true, ...(newHeadId === undefined ? {} : { newHeadId }) } })
      endSession()
      say(words().close.done, 3000)
      void wx.reLaunch({ url: '/pages/code/code' })
    } catch (error) {
      this.setData({ busy: false })
      say(messageOf(error), 3000)
    }
  },

  onKeep() {
    void wx.navigateBack()
  },
})
