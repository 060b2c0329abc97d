/** Replies of a made-up shop for looking at screens; only for developing and testing the mini-program by itself. */
const day = 86_400_000
const at = (daysAgo: number, hour = 11) =>
  new Date(Math.floor(Date.now() / day) * day - daysAgo * day + hour * 3_600_000).toISOString()
const dateOf = (daysAgo: number) => at(daysAgo).slice(0, 10)
const id = (n: number) => `01JD0000000000000000000${String(n).padStart(3, '0')}`
const text = (zh: string, en: string) => ({ zh, en })

export const stores = [
  {
    code: 'S01',
    name: '城西店',
    type: 'hypermarket',
    district: '城西区',
    address: '学院路 88 号',
    phone: '0571-8765 4321',
    hours: '7:00–22:00',
    resting: false,
    closedUntil: null,
    latitude: 30.272608,
    longitude: 120.119033,
  },
  {
    code: 'S02',
    name: '滨江店',
    type: 'community',
    district: '滨江区',
    address: '江南大道 12 号',
    phone: null,
    hours: null,
    resting: false,
    closedUntil: null,
    latitude: 30.208137,
    longitude: 120.211846,
  },
  {
    code: 'S03',
    name: '城东店',
    type: 'community',
    district: '城东区',
    address: '解放路 301 号',
    phone: null,
    hours: '8:00–21:00',
    resting: true,
    closedUntil: dateOf(-9),
    latitude: null,
    longitude: null,
  },
]

export const terms = {
  version: '2026-11',
  title: text('会员协议', 'Member terms'),
  text: text(
    '一、会员卡\n会员卡由本公司发行,免费开通,仅限本人使用。\n\n二、积分\n每消费 1 元积 1 分,香烟、购物卡、塑料袋等不积分。退货时相应积分会扣回。\n\n三、个人信息\n我们仅为提供会员服务处理您的手机号与消费记录。您可以随时查看、更正,或注销会员。',
    '1. The card\nThe card is free and for you alone.\n\n2. Points\n1 point for each ¥1; none on tobacco, prepaid cards and bags. A return takes its points back.\n\n3. Personal data\nWe use your phone number and purchases for the membership only. You may see, correct or erase them at any time.',
  ),
  consents: [
    {
      purpose: 'marketing',
      channel: 'wechat',
      title: text('微信接收优惠消息', 'Offers by WeChat'),
      text: text('新券、会员日等消息,经微信发送', 'New coupons and member days, by WeChat'),
    },
    {
      purpose: 'marketing',
      channel: 'sms',
      title: text('短信接收优惠消息', 'Offers by SMS'),
      text: text('每月不超过 2 条,回复 T 退订', 'At most two a month'),
    },
    {
      purpose: 'personalRecommendation',
      channel: 'all',
      title: text('个性化推荐', 'Personal recommendations'),
      text: text('根据购买记录推荐商品与优惠', 'Products and offers by what you bought'),
    },
  ],
}

export const member = {
  memberId: id(1),
  cardNo: '88010203040506070809',
  name: '王小满',
  phone: '138****1234',
  birthday: null as string | null,
  gender: 'female' as string | null,
  homeStore: 'S01' as string | null,
  enrolledStore: 'S01',
  enrolledAt: at(120),
  termsVersion: '2026-11',
  personalRecommendation: false,
  waitingCards: 1,
}

export const oldCards = [
  {
    ref: 'a'.repeat(43),
    cardNo: '2100****3391',
    storeCode: 'S01',
    issuedOn: '2021-05-06',
    balancePoints: 320,
    state: 'open',
    ways: [] as string[],
    attemptsLeft: 3,
  },
  {
    ref: 'b'.repeat(43),
    cardNo: '2100****8842',
    storeCode: 'S03',
    issuedOn: '2018-02-11',
    balancePoints: 12_860,
    state: 'proofNeeded',
    ways: ['lastReceipt', 'name'],
    attemptsLeft: 3,
  },
  {
    ref: 'c'.repeat(43),
    cardNo: '2100****0007',
    storeCode: null,
    issuedOn: null,
    balancePoints: 40_000,
    state: 'blocked',
    ways: [],
    attemptsLeft: 0,
  },
]

const receipt = (n: number, daysAgo: number, net: string, discount: string, lineCount: number, type = 'sale') => {
  const store = stores[n % 3] ?? stores[0]
  return {
    id: id(100 + n),
    storeCode: store?.code,
    storeName: store?.name,
    receiptNo: `000${4520 + n}`,
    businessDate: dateOf(daysAgo),
    businessAt: at(daysAgo, 10),
    type,
    discount,
    net,
    lineCount,
  }
}
export const receipts = [
  receipt(0, 1, '63.4000', '8.6000', 6),
  receipt(1, 3, '128.9500', '0.0000', 14),
  receipt(2, 5, '-15.9000', '0.0000', 1, 'return'),
  receipt(3, 9, '45.2000', '2.0000', 5),
  receipt(4, 26, '87.7000', '12.3000', 9),
  receipt(5, 40, '52.1000', '0.0000', 7),
]

const line = (lineNo: number, name: string, quantity: string, unit: string, unitPrice: string, net: string, kind = 'goods', discount = '0.0000') => ({
  lineNo, productCode: `P${lineNo}`, name, quantity, unit, unitPrice, discount, net, isGift: net === '0.0000' && kind === 'goods', promotionCode: null, kind, categoryCode: null,
}) // prettier-ignore
export const receiptDetail = {
  ...receipts[0],
  docKey: 'S01|T03|2026-11-21|0004520',
  tillCode: '03',
  gross: '72.0000',
  originalDocKey: null,
  payments: [
    { method: 'wechat', amount: '58.4000' },
    { method: 'coupon', amount: '5.0000' },
  ],
  lines: [
    line(1, '禾谷园长粒香米5kg', '1.0000', '袋', '32.9000', '27.9000', 'goods', '5.0000'),
    line(2, '上海青 散装', '0.8300', 'kg', '7.9600', '6.6100'),
    line(3, '晨牧鲜牛奶950ml', '2.0000', '盒', '9.9000', '16.2000', 'goods', '3.6000'),
    line(4, '红塔山(硬经典)', '1.0000', '盒', '12.0000', '12.0000', 'tobacco'),
    line(5, '环保购物袋 大号', '1.0000', '个', '0.7000', '0.7000', 'bag'),
    line(6, '试吃装小米椒酱', '1.0000', '瓶', '0.0000', '0.0000'),
    line(7, '抹零', '1.0000', '', '-0.0100', '-0.0100', 'rounding'),
  ],
  // One of the two boxes of milk came back the next day, and all of the greens.
  returned: [
    { documentId: id(102), businessDate: dateOf(0), lineNo: 2, productCode: 'P2', quantity: '-0.8300', net: '-6.6100' },
    { documentId: id(102), businessDate: dateOf(0), lineNo: 3, productCode: 'P3', quantity: '-1.0000', net: '-8.1000' },
  ],
}
export const receiptCoupons = [
  { couponId: id(305), name: '会员日 5 元券', discount: 500, takenBack: 0 },
  { couponId: id(306), name: '牛奶第二件半价券(早市专享,名称特别长也要放得下)', discount: 360, takenBack: 180 },
]
export const receiptPoints = {
  documentId: id(100),
  state: 'credited',
  points: 50,
  base: '50.7000',
  lines: receiptDetail.lines.map(({ lineNo, name, net, kind }) => ({
    lineNo, name, net, earns: kind === 'goods', points: kind === 'goods' ? Math.floor(Number(net)) : 0, back: lineNo === 2 ? 6 : lineNo === 3 ? 8 : 0, multipliers: lineNo === 2 ? ['蔬菜双倍'] : [],
    reason: kind === 'tobacco' ? text('香烟不积分', 'Tobacco earns no points') : kind === 'bag' ? text('塑料袋不积分', 'Bags earn no points') : kind === 'rounding' ? text('抹零不积分', 'Rounding earns no points') : null,
  })),
  explanation: text('商品实付每满 1 元积 1 分;塑料袋、香烟不积分,不足 1 元的部分舍去。', '1 point for each whole yuan paid for goods; bags and tobacco earn none.'),
} // prettier-ignore
export const entries = [
  { entryId: id(201), amount: 50, balanceAfter: 1286, reason: 'sale', documentId: id(100), note: null, at: at(0, 2) },
  { entryId: id(202), amount: 128, balanceAfter: 1236, reason: 'sale', documentId: id(101), note: null, at: at(2, 2) },
  {
    entryId: id(203),
    amount: -15,
    balanceAfter: 1108,
    reason: 'return',
    documentId: id(102),
    note: null,
    at: at(4, 2),
  },
  {
    entryId: id(204),
    amount: 100,
    balanceAfter: 1123,
    reason: 'adjustment',
    documentId: null,
    note: '开卡礼',
    at: at(20, 2),
  },
]

const couponRules = (fields: object = {}) => ({
  stores: { include: [], exclude: [] },
  categories: { include: [], exclude: [] },
  products: { include: [], exclude: [] },
  channels: [],
  weekdays: [],
  hours: null,
  firstPurchase: false,
  gives: [],
  notWith: [],
  ...fields,
})
const coupon = (n: number, fields: object) => ({
  couponId: id(300 + n), code: `6600112233445566${n}${n}`, templateId: id(400), name: '周末生鲜满减券', kind: 'amountOff', amountOff: 500, threshold: 3900,
  description: '限生鲜、粮油;不与其他券同用。', stores: null, validFrom: at(3), validTo: at(-6, 15), state: 'usable', payPercent: null, maxOff: null, stackGroup: '', returnPolicy: 'reprice', rules: couponRules(), giftable: false, usedAt: null, usedStore: null, usableHere: true, refusal: null, ...fields,
}) // prettier-ignore
export const coupons = {
  usable: [
    coupon(1, {
      validTo: new Date(
        new Date(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)).getTime() + 14 * 3_600_000,
      ).toISOString(),
      name: '会员日 5 元券',
    }),
    coupon(2, { amountOff: 2000, threshold: 19_900, name: '粮油调味大额满减券(新会员专享,名称特别长也要放得下)' }),
    coupon(3, {
      amountOff: 1250,
      threshold: 0,
      stores: ['S03'],
      name: '城东店开业礼',
      usableHere: false,
      refusal: { code: 'wrongStore', text: text('仅限城东店', 'Only in 城东店') },
    }),
    coupon(8, {
      kind: 'percentOff',
      amountOff: 0,
      payPercent: 88,
      maxOff: 2000,
      threshold: 5000,
      name: '蔬菜水果 8.8 折',
      rules: couponRules({
        categories: { include: ['C01', 'C02'], exclude: [] },
        products: { include: [], exclude: ['P9'] },
        weekdays: [1, 2, 3],
        hours: { from: '08:00', to: '12:00' },
        channels: ['till'],
      }),
    }),
    coupon(9, {
      kind: 'exchange',
      amountOff: 0,
      threshold: 0,
      name: '生日蛋糕一份',
      giftable: true,
      rules: couponRules({ gives: ['P1'] }),
    }),
    coupon(10, { state: 'gifting', usableHere: false, name: '送给朋友的券' }),
    coupon(4, { state: 'locked', usableHere: false, refusal: null, amountOff: 800, threshold: 6800 }),
  ],
  used: [coupon(5, { state: 'used', usedAt: at(4), usedStore: 'S02', usableHere: false })],
  gone: [
    coupon(6, { state: 'expired', usableHere: false, validTo: at(9) }),
    coupon(7, { state: 'lapsed', usableHere: false, validTo: at(2), name: '退货后失效的券' }),
  ],
}

export const couponNames = {
  categories: [
    { code: 'C01', name: '蔬菜' },
    { code: 'C02', name: '水果' },
  ],
  products: [
    { code: 'P1', name: '6 寸生日蛋糕' },
    { code: 'P9', name: '进口车厘子' },
  ],
}
export const gift = (mine: 'giver' | 'taker' | null) => {
  const { name, validTo, ...terms } = coupon(1, {})
  const until = new Date(Date.now() + 86_400_000).toISOString()
  return {
    giftId: id(801),
    linkCode: mine === 'giver' ? 'LINKCODE0123' : null,
    name,
    terms,
    validTo,
    state: 'open',
    until,
    mine,
    couponId: null,
  }
}
const offer = (n: number, fields: object) => {
  const { couponId: _, code: __, state: ___, ...terms } = coupon(n, {})
  return {
    ...terms,
    offerId: id(700 + n),
    shelf: 'recommended',
    validDays: 7,
    validTo: null,
    closesAt: null,
    standing: 'claimable',
    gone: 10,
    mine: 0,
    perMemberLimit: 1,
    next: null,
    ...fields,
  }
}
export const offers = [
  offer(1, { name: '会员日 5 元券', gone: 64 }),
  offer(2, {
    name: '蔬菜水果 8.8 折',
    kind: 'percentOff',
    amountOff: 0,
    payPercent: 88,
    threshold: 5000,
    rules: couponRules({ categories: { include: ['C01', 'C02'], exclude: [] } }),
    standing: 'soldOut',
    gone: 100,
    next: { at: new Date(Date.now() + 3_600_000).toISOString(), quantity: 500 },
  }),
  offer(3, {
    shelf: 'store',
    stores: ['S01'],
    name: '城西店周年庆大额满减券,名称特别长也要放得下',
    amountOff: 2000,
    threshold: 19_900,
    standing: 'claimed',
    mine: 1,
  }),
  offer(4, {
    shelf: 'store',
    stores: ['S01'],
    name: '鸡蛋 1 盒',
    kind: 'exchange',
    amountOff: 0,
    threshold: 0,
    standing: 'soldOut',
    gone: 100,
  }),
  offer(5, {
    shelf: 'newcomer',
    name: '新人免运费',
    kind: 'freeShipping',
    amountOff: 0,
    threshold: 2900,
    validDays: 30,
  }),
]

export const tickets = [
  {
    id: id(501),
    number: 'T20261121-0007',
    state: 'answered',
    kind: 'points',
    subject: '昨天的积分没有到账',
    unread: 1,
    lastMessageAt: at(0, 3),
    createdAt: at(1, 9),
  },
  {
    id: id(502),
    number: 'T20261103-0002',
    state: 'closed',
    kind: 'quality',
    subject: '牛奶临期,希望加强检查',
    unread: 0,
    lastMessageAt: at(18, 3),
    createdAt: at(19, 9),
  },
]
export const thread = [
  {
    id: id(601),
    author: 'shopper',
    text: '昨天在城西店买了 63.40 元,今天积分还没到。小票号 0004520。',
    photos: [],
    at: at(1, 9),
  },
  {
    id: id(602),
    author: 'agent',
    text: '您好,已经查到这笔小票:商品 50.70 元计积分,香烟和购物袋不积分,共 50 分,今早已到账。给您添麻烦了。',
    photos: [],
    at: at(0, 3),
  },
]
