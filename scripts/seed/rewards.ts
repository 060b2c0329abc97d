import { HttpError, type Call } from '../callers.ts'
import type { Phone } from './people.ts'

const DAY_MS = 86_400_000
const at = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString()

const goods = [
  { name: '帆布购物袋', points: 100, costFen: 350, stock: 500, memberLimit: 1, isReadyAtOnce: true, position: 1 },
  {
    name: '絮语抽纸 3 层 6 包',
    points: 600,
    costFen: 890,
    stock: 300,
    limitPeriod: 'month',
    memberLimit: 2,
    position: 2,
  },
  { name: '禾谷园长粒香米 5kg', points: 1800, costFen: 2400, stock: 120, position: 3 },
  { name: '不锈钢保温杯 500ml', points: 900, fen: 1990, costFen: 3200, stock: 80, position: 4 },
  {
    name: '有机杂粮礼盒',
    description: '金卡会员专享；下单后三天内寄出',
    points: 2600,
    costFen: 5800,
    stock: 40,
    minTier: 'gold',
    canPickUp: false,
    canShip: true,
    position: 6,
  },
]

/** The mall's products, on; returns their ids by name. */
async function stockMall(call: Call, shipping: string): Promise<Map<string, string>> {
  const coupon = { name: '免运费券', kind: 'coupon', couponTemplateId: shipping, points: 200, stock: 1000, position: 5 }
  const made = new Map<string, string>()
  for (const body of [...goods.map(one => ({ kind: 'goods', ...one })), coupon]) {
    const { productId } = await call<{ productId: string }>('POST', '/api/admin/rewards/products', body)
    await call('POST', `/api/admin/rewards/products/${productId}/state`, { state: 'on' })
    made.set(body.name, productId)
  }
  return made
}

async function openLottery(call: Call, coupon: string): Promise<string> {
  const { lotteryId } = await call<{ lotteryId: string }>('POST', '/api/admin/lotteries', {
    name: '冬日暖心抽奖',
    organiser: '禾谷超市有限公司',
    rules:
      '会员每天免费抽一次，另可用积分加抽。奖品、数量和中奖概率如上所列，奖完即止；实物奖品请在 30 天内到所选门店领取。',
    opensAt: at(0),
    closesAt: at(21),
    budgetFen: 1_000_000,
    freePerDay: 1,
    pointsPerDraw: 20,
    pointsDrawsPerDay: 3,
    prizes: [
      { name: '不锈钢保温杯', kind: 'goods', worthFen: 4900, odds: 5000, stock: 20 },
      { name: '满59免运费券', kind: 'coupon', couponTemplateId: coupon, worthFen: 500, odds: 60_000, stock: 600 },
      { name: '50 积分', kind: 'points', points: 50, odds: 200_000, stock: 4000 },
      { name: '5 积分', kind: 'points', points: 5, odds: 0, stock: 20_000, isConsolation: true },
    ],
  })
  await call('POST', `/api/admin/lotteries/${lotteryId}/publish`)
  return lotteryId
}

async function openSurvey(call: Call): Promise<void> {
  const { surveyId } = await call<{ surveyId: string }>('POST', '/api/admin/rewards/surveys', {
    title: '这次购物怎么样',
    intro: '一分钟答完，送 20 积分',
    asked: 'receipt',
    askDays: 7,
    points: 20,
    questions: [
      { id: 'nps', kind: 'nps', title: '您愿意把我们推荐给朋友吗？' },
      {
        id: 'good',
        kind: 'choice',
        title: '哪些地方让您满意？',
        options: ['新鲜', '价格', '排队快', '店员热情'],
        many: true,
      },
      { id: 'more', kind: 'text', title: '还有什么想对我们说的？', required: false },
    ],
  })
  await call('POST', `/api/admin/rewards/surveys/${surveyId}/state`, { state: 'open' })
}

/** What a shopper cannot do for want of points or luck is no fault of the shop. */
async function tried(action: Promise<unknown>): Promise<void> {
  try {
    await action
  } catch (error) {
    if (!(error instanceof HttpError) || error.status >= 500) throw error
  }
}

/** Rewards of every kind, and members who have used them already: the mall, sign-in, lottery, referral, birthdays, a survey. */
export async function prepareRewards(
  call: Call,
  phones: readonly Phone[],
  coupons: { readonly shipping: string; readonly newcomer: string },
): Promise<void> {
  const products = await stockMall(call, coupons.shipping)
  const rules = (what: string, body: object) =>
    call('PUT', `/api/admin/rewards/${what}`, { version: 0, rules: { isOn: true, ...body } })
  await rules('sign-in', {
    dayPoints: [1, 2, 3, 4, 5, 6, 8],
    bonuses: [
      { days: 7, repeats: true, gift: { points: 20 } },
      { days: 30, gift: { couponTemplateId: coupons.shipping } },
    ],
    makeUp: { perMonth: 2, withinDays: 7, costPoints: 10 },
  })
  await rules('referral', {
    condition: 'firstPurchase',
    minFen: 3000,
    inviter: { points: 200 },
    invitee: { couponTemplateId: coupons.newcomer },
  })
  await rules('birthday', { points: 100, daysBefore: 3 })
  await openSurvey(call)
  const lotteryId = await openLottery(call, coupons.shipping)
  for (const [i, { personId, shop }] of phones.entries()) {
    const key = (what: string): string => `seed-${what}-${personId}`
    if (i % 3 !== 2) await tried(shop('POST', '/api/shop/sign-in'))
    if (i % 2 === 0)
      await tried(shop('POST', `/api/shop/lotteries/${lotteryId}/draw`, { key: key('draw'), way: 'free' }))
    if (i % 5 === 0)
      await tried(
        shop('POST', `/api/shop/mall/${products.get('帆布购物袋')}/exchange`, {
          key: key('bag'),
          way: 'pickUp',
          storeCode: 'S02',
        }),
      )
  }
}
