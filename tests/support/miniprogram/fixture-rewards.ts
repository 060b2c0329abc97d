/** What the made-up shop says of sign-in, birthday, referral and surveys. */
const dayFromNow = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
const today = dayFromNow(0)
const id = (n: number) => `01JD0000000000000000000${String(n).padStart(3, '0')}`

const signed = (day: string, madeUp = false) => ({ day, madeUp, points: 2, bonusPoints: 0 })
const calendar = (signedToday: boolean, month = today.slice(0, 7)) => ({
  isOn: true,
  today,
  month,
  days: [-6, -5, -3, -2, -1]
    .map(offset => signed(dayFromNow(offset), offset === -3))
    .concat(signedToday ? [signed(today)] : [])
    .filter(({ day }) => day.startsWith(month)),
  signedToday,
  streak: signedToday ? 4 : 3,
  longest: 12,
  nextPoints: 2,
  nextBonus: { days: 7, missing: signedToday ? 3 : 4, points: 20, coupon: '满39减5' },
  makeUp: { left: 2, costPoints: 5, days: [dayFromNow(-4)] },
  bonuses: [
    { days: 7, repeats: true, points: 20, coupon: '满39减5' },
    { days: 30, repeats: false, points: 100, coupon: null },
  ],
})
const signedIn = { isNew: true, points: 2, bonusPoints: 0, coupons: 0, streak: 4, calendar: calendar(true) }

const birthday = {
  birthday: { calendar: 'lunar', month: 8, day: 15, leap: false },
  changeFrom: null,
  next: dayFromNow(60),
  gift: { points: 88, coupons: ['生日蛋糕券'], daysBefore: 3, daysAfter: 7 },
  lastGift: { givenOn: dayFromNow(-300), points: 88, coupons: 1 },
}

/** Stands for the round code that WeChat draws. */
const PICTURE = `data:image/svg+xml;base64,${Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><g fill="none" stroke="#111" stroke-width="4" stroke-dasharray="3 4"><circle cx="50" cy="50" r="46"/><circle cx="50" cy="50" r="38"/><circle cx="50" cy="50" r="30"/></g><circle cx="50" cy="50" r="20" fill="#0e7a63"/></svg>',
).toString('base64')}`

const terms = {
  isOn: true,
  condition: 'firstPurchase',
  minFen: 3000,
  withinDays: 30,
  coolingDays: 7,
  perMonth: 10,
  inviter: { points: 200, coupon: null },
  invitee: { points: 50, coupon: '满39减5' },
}
const invited = (name: string, state: string, points = 0) => ({
  name,
  state,
  enrolledOn: dayFromNow(-5),
  dueOn: dayFromNow(25),
  points,
})
const referral = {
  terms,
  code: '7K3MWX9P',
  rewardedThisMonth: 2,
  points: 400,
  invited: [
    invited('李**', 'rewarded', 200),
    invited('赵**', 'cooling'),
    invited('周**', 'waiting'),
    invited('', 'review'),
  ],
}

let rated = false
const survey = {
  surveyId: id(901),
  asked: 'link',
  title: '这次购物怎么样',
  intro: '三个问题,半分钟。',
  questions: [
    { id: 'nps', kind: 'nps', title: '愿意把我们推荐给朋友吗', required: true, options: [], many: false },
    {
      id: 'why',
      kind: 'choice',
      title: '主要因为',
      required: false,
      options: ['价格', '新鲜', '服务', '离家近', '排队时间'],
      many: true,
    },
    { id: 'say', kind: 'text', title: '还想对我们说', required: false, options: [], many: false },
  ],
  points: 10,
  coupon: null,
  isAnswered: false,
  isOpen: true,
}

const tier = {
  tier: { code: 'silver', name: { zh: '银卡', en: 'Silver' } },
  since: dayFromNow(-120),
  reviewOn: dayFromNow(38),
  by: 'spend',
  value: 78_600,
  next: { code: 'gold', name: { zh: '金卡', en: 'Gold' }, missing: 21_400 },
  benefits: { pointsPercent: 120, arrivalCoupons: [id(301)], birthdayCoupon: id(302), exclusiveRewards: true },
  history: [
    { day: dayFromNow(-120), fromTier: 'member', toTier: 'silver', reason: 'upgrade', rulesVersion: 1 },
    { day: dayFromNow(-200), fromTier: null, toTier: 'member', reason: 'start', rulesVersion: 1 },
  ],
}

/** Method, path and reply of each operation. */
export const rewardsReplies: [method: string, pattern: RegExp, reply: (query: URLSearchParams) => unknown][] = [
  ['GET', /^\/api\/shop\/sign-in$/, query => calendar(false, query.get('month') ?? undefined)],
  ['POST', /^\/api\/shop\/sign-in$/, () => signedIn],
  ['POST', /^\/api\/shop\/sign-in\/make-up$/, () => signedIn],
  ['GET', /^\/api\/shop\/me\/tier$/, () => tier],
  ['GET', /^\/api\/shop\/birthday$/, () => birthday],
  ['PUT', /^\/api\/shop\/birthday$/, () => ({ ...birthday, changeFrom: `${Number(today.slice(0, 4)) + 1}-01-01` })],
  ['GET', /^\/api\/shop\/referral$/, () => referral],
  ['GET', /^\/api\/shop\/referral\/picture$/, () => ({ picture: PICTURE })],
  ['GET', /^\/api\/shop\/invitations\/[^/]+$/, () => ({ terms, inviterName: '张**', isMember: false, isOwn: false })],
  ['POST', /^\/api\/shop\/invitations\/[^/]+$/, () => null],
  ['GET', /^\/api\/shop\/surveys\/[^/]+$/, () => survey],
  [
    'GET',
    /^\/api\/shop\/receipts\/[^/]+\/survey$/,
    () => ({ survey: { ...survey, asked: 'receipt', isAnswered: rated } }),
  ],
  [
    'POST',
    /^\/api\/shop\/surveys\/[^/]+\/answers$/,
    () => ((rated = true), { isNew: true, points: 10, hasCoupon: false }),
  ],
]
