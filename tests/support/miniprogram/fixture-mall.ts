/** What the made-up shop says of the points mall, of exchanges and of its lottery. */
const id = (n: number) => `01JE0000000000000000000${String(n).padStart(3, '0')}`
const after = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

const product = (n: number, name: string, points: number, more: object = {}) => ({
  productId: id(n),
  name,
  kind: 'goods',
  description: '每袋 5kg,保质期 12 个月。',
  imageId: null,
  points,
  fen: 0,
  left: 36,
  memberLimit: 2,
  limitPeriod: 'month',
  had: 0,
  tier: null,
  opensAt: null,
  closesAt: null,
  ways: ['pickUp', 'ship'],
  stores: null,
  claimDays: 14,
  isReadyAtOnce: false,
  refusal: null,
  ...more,
})
const products = [
  product(1, '东北大米 5kg', 800),
  product(2, '竹浆抽纸 8 包', 500, { fen: 990, ways: ['pickUp'], isReadyAtOnce: true }),
  product(3, '满39减5 生鲜券', 100, { kind: 'coupon', ways: ['wallet'] }),
  product(4, '保温杯', 3000, { refusal: 'points' }),
  product(5, '山茶油礼盒', 1200, { refusal: 'tier', tier: { zh: '金卡', en: 'Gold' } }),
  product(6, '环保购物袋', 60, { refusal: 'soldOut', left: 0 }),
]

const order = (n: number, more: object = {}) => ({
  orderId: id(100 + n),
  source: 'mall',
  name: '东北大米 5kg',
  kind: 'goods',
  points: 800,
  fen: 0,
  way: 'pickUp',
  storeCode: 'S01',
  storeName: '城西店',
  state: 'ready',
  claimUntil: after(12),
  parcel: null,
  orderedAt: after(-1),
  readyAt: after(-0.2),
  handedAt: null,
  endedAt: null,
  imageId: null,
  code: 'T7K3MWX9PQ2A',
  couponId: null,
  address: null,
  mayCancel: true,
  reason: null,
  ...more,
})
const prize = {
  source: 'lottery',
  name: '电饭煲',
  points: 0,
  way: 'open',
  state: 'ordered',
  code: null,
  storeCode: null,
  storeName: null,
  mayCancel: false,
}
const orders = [
  order(1),
  order(2, prize),
  order(3, { name: '竹浆抽纸 8 包', state: 'pickedUp', code: null, mayCancel: false, handedAt: after(-3) }),
  order(4, { name: '保温杯', state: 'cancelled', code: null, mayCancel: false, reason: '供应商断货' }),
]

const win = (n: number, name: string, kind: string, odds: number, stock: number | null, taken: number) => ({
  prizeId: id(200 + n),
  name,
  kind,
  points: 0,
  odds,
  stock,
  taken,
  isConsolation: n === 3,
})
const prizes = [
  win(1, '电饭煲', 'goods', 500, 3, 1),
  win(2, '满39减5 生鲜券', 'coupon', 100_000, 2000, 812),
  win(3, '10 积分', 'points', 250_000, 20_000, 3105),
  win(4, '谢谢参与', 'nothing', 649_500, null, 5210),
]
const SEED_HASH = '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925'
const lottery = (isMember: boolean) => ({
  lotteryId: id(300),
  name: '店庆抽奖',
  organiser: '禾谷生鲜连锁有限公司',
  rules: '每位会员每天可免费抽一次,也可用积分加抽。\n奖品发完后改发安慰奖。',
  opensAt: after(-3),
  closesAt: after(11),
  state: 'published',
  freePerDay: 1,
  pointsPerDraw: 20,
  pointsDrawsPerDay: 3,
  claimDays: 30,
  seedHash: SEED_HASH,
  seed: null,
  termsHash: SEED_HASH,
  draws: 9128,
  prizes,
  isOpen: true,
  mine: isMember ? { freeLeft: 1, pointsLeft: 3, points: 1286 } : null,
})
const drawn = (n: number, which: number, orderId: string | null = null) => ({
  drawId: id(400 + n),
  lotteryId: id(300),
  lotteryName: '店庆抽奖',
  n: 9000 + n,
  ticket: `${id(300)}:${9000 + n}:m1a2b3c4-k9x8y7z6w5`,
  number: 412_377,
  way: 'free',
  prize: prizes[which],
  drawn: null,
  orderId,
  at: after(-n),
})

/** Method, path and reply of each operation; `isEmpty` = a shop that has put nothing up. */
export const mallReplies: [
  method: string,
  pattern: RegExp,
  reply: (given: { isMember: boolean; isEmpty: boolean; id: string }) => unknown,
][] = [
  [
    'GET',
    /^\/api\/shop\/mall$/,
    ({ isMember, isEmpty }) => ({ points: isMember ? 1286 : null, items: isEmpty ? [] : products }),
  ],
  [
    'GET',
    /^\/api\/shop\/mall\/([^/]+)$/,
    ({ isMember, id: wanted }) => ({
      points: isMember ? 1286 : null,
      product: products.find(({ productId }) => productId === wanted) ?? products[0],
    }),
  ],
  ['POST', /^\/api\/shop\/mall\/[^/]+\/exchange$/, () => order(1, { state: 'ordered', claimUntil: null })],
  ['GET', /^\/api\/shop\/me\/exchanges$/, ({ isEmpty }) => ({ items: isEmpty ? [] : orders, next: null })],
  [
    'GET',
    /^\/api\/shop\/me\/exchanges\/([^/]+)$/,
    ({ id: wanted }) => orders.find(({ orderId }) => orderId === wanted) ?? orders[0],
  ],
  [
    'POST',
    /^\/api\/shop\/me\/exchanges\/[^/]+\/cancel$/,
    () => order(1, { state: 'cancelled', code: null, mayCancel: false }),
  ],
  [
    'POST',
    /^\/api\/shop\/me\/exchanges\/[^/]+\/claim$/,
    () => order(2, { ...prize, way: 'pickUp', storeName: '城西店', code: 'T7K3MWX9PQ2A' }),
  ],
  [
    'POST',
    /^\/api\/shop\/me\/exchanges\/[^/]+\/received$/,
    () => order(1, { state: 'done', code: null, mayCancel: false }),
  ],
  ['GET', /^\/api\/shop\/lotteries$/, ({ isMember, isEmpty }) => ({ items: isEmpty ? [] : [lottery(isMember)] })],
  ['GET', /^\/api\/shop\/lotteries\/[^/]+$/, ({ isMember }) => lottery(isMember)],
  ['POST', /^\/api\/shop\/lotteries\/[^/]+\/draw$/, () => drawn(5, 0, id(102))],
  [
    'GET',
    /^\/api\/shop\/me\/draws$/,
    ({ isEmpty }) => ({ items: isEmpty ? [] : [drawn(1, 2), drawn(2, 3)], next: null }),
  ],
]
