import { shop } from '../../../api/index.ts'
import { dateText, dayText, whole, yuanOfFen } from '../../../lib/format.ts'
import { fill, inLanguage, language, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading } from '../../../lib/page.ts'
import { tierLine } from '../../../lib/tier-line.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    name: '',
    since: '',
    value: '',
    line: '',
    /** How far to the next tier, in per cent. */
    share: 0,
    benefits: [] as string[],
    history: [] as { number: number; what: string; when: string }[],
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const standing = await shop.tiers.myTier()
      const { tier, since, reviewOn, by, value, next, benefits, history } = standing
      const t = own[language()]
      const all = value + (next?.missing ?? 0)
      this.setData({
        screen: 'ready',
        name: tier ? inLanguage(tier.name) : '',
        since: [
          ...(since ? [fill(t.since, { day: dayText(since) })] : []),
          ...(reviewOn ? [fill(t.review, { day: dayText(reviewOn) })] : []),
        ].join(' · '),
        value: by ? fill(t.value[by], { value: by === 'spend' ? yuanOfFen(value) : whole(value) }) : '',
        line: next ? tierLine(standing) : t.top,
        share: next && all > 0 ? Math.round((value * 100) / all) : 100,
        benefits: [
          ...(benefits && benefits.pointsPercent > 100 ? [fill(t.times, { times: benefits.pointsPercent / 100 })] : []),
          ...(benefits && benefits.arrivalCoupons.length > 0
            ? [fill(t.arrival, { count: benefits.arrivalCoupons.length })]
            : []),
          ...(benefits?.birthdayCoupon ? [t.birthday] : []),
          ...(benefits?.exclusiveRewards ? [t.exclusive] : []),
          t.plain,
        ],
        history: history.slice(0, 20).map(({ day, reason }, number) => ({
          number,
          what: t.reason[reason],
          when: dateText(day),
        })),
      })
    })
  },
})
