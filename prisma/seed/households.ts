import { addDays } from './calendar.ts'
import { cumulate, drawIndex, item, random } from './random.ts'
import { stores } from './stores.ts'

/** Household kinds of the demo shop; `路人` stands for shoppers without a card. */
export type Kind = '银发夫妻' | '三口' | '独居' | '三代' | '新生儿' | '合租' | '小餐馆' | '路人'

/** How a kind of household shops. */
export interface Habit {
  /** Share of the cards. */
  share: number
  /** Visits a year of an average household. */
  visits: number
  /** Size of the basket relative to the store's. */
  lines: number
  /** Hours at which it comes, as weights from 7 to 21 o'clock. */
  hours: readonly number[]
  /** Weight of the home store's format: hyper, community, school, metro. */
  homes: readonly [number, number, number, number]
  /** Year of birth of the card's holder, from and to. */
  born: readonly [number, number]
  cash: number
}

const commuter = [4, 9, 5, 2, 2, 5, 3, 2, 2, 3, 9, 14, 11, 6, 2]
const early = [12, 20, 15, 8, 4, 1, 2, 4, 5, 6, 4, 2, 2, 1, 0]
const family = [4, 9, 9, 6, 4, 2, 2, 4, 5, 7, 12, 14, 10, 5, 2]

/** Habits of every kind; the visits are calibrated so that the chain writes about 100,000 receipts a year. */
export const habits: Record<Kind, Habit> = {
  银发夫妻: {
    share: 0.18,
    visits: 38,
    lines: 0.9,
    hours: early,
    homes: [20, 76, 2, 2],
    born: [1948, 1964],
    cash: 0.38,
  },
  三口: { share: 0.27, visits: 25, lines: 1.25, hours: family, homes: [45, 50, 1, 4], born: [1978, 1994], cash: 0.06 },
  独居: {
    share: 0.17,
    visits: 18,
    lines: 0.75,
    hours: commuter,
    homes: [20, 40, 10, 30],
    born: [1986, 2002],
    cash: 0.03,
  },
  三代: { share: 0.12, visits: 29, lines: 1.4, hours: family, homes: [48, 50, 0, 2], born: [1972, 1990], cash: 0.12 },
  新生儿: { share: 0.07, visits: 23, lines: 1.1, hours: family, homes: [45, 50, 0, 5], born: [1988, 1999], cash: 0.04 },
  合租: {
    share: 0.17,
    visits: 16,
    lines: 0.75,
    hours: commuter,
    homes: [12, 24, 40, 24],
    born: [1997, 2007],
    cash: 0.02,
  },
  小餐馆: { share: 0.02, visits: 66, lines: 1.5, hours: early, homes: [40, 60, 0, 0], born: [1975, 1992], cash: 0.25 },
  路人: { share: 0, visits: 0, lines: 0.85, hours: commuter, homes: [1, 1, 1, 1], born: [1970, 2000], cash: 0.15 },
}

/** A household with the card that the till knows it by. */
export interface Household {
  index: number
  kind: Kind
  cardNo: string
  phone: string
  name: string
  gender: '男' | '女'
  birthday: string
  store: string
  issuedAt: string
  recruiter: string
  signed: boolean
  /** Visits expected on an ordinary day. */
  rate: number
  /** First and last date on which it shops. */
  from: string
  until: string
  opening: number
}

const surnames = '王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余'
const givenFemale = [
  '秀英',
  '桂兰',
  '丽华',
  '敏',
  '静',
  '雪梅',
  '婷婷',
  '雨桐',
  '子涵',
  '晓燕',
  '海燕',
  '芳',
  '玉珍',
  '欣怡',
  '佳慧',
  '春霞',
  '红',
  '小雅',
  '梦洁',
  '文君',
]
const givenMale = [
  '建国',
  '志强',
  '伟',
  '军',
  '浩然',
  '子轩',
  '明',
  '国庆',
  '磊',
  '俊杰',
  '宇航',
  '德福',
  '海涛',
  '勇',
  '文博',
  '立新',
  '佳伟',
  '振华',
  '小龙',
  '春生',
]

/** Numbers that were never given to anybody: the prefix 154 is not allocated to any operator. */
export function phoneOf(index: number): string {
  return `1540${String((index * 7919 + 1000) % 10_000_000).padStart(7, '0')}`
}

/** Cards for a person to play with by hand: what is special about each. */
export const players = [
  { phone: '15400000001', story: '一张旧卡，近期常来：开卡后历史小票全部入账' },
  { phone: '15400000002', story: '同一手机号两张旧卡：开卡时选择' },
  { phone: '15400000003', story: '余额大且久未使用：需要二次核验' },
  { phone: '15400000009', story: '从未办卡的新顾客' },
] as const

/** Draws the households of the chain; `count` cards, of which every fifteenth was never signed for. */
export function households(count: number, from: string, until: string, codes: readonly string[]): Household[] {
  const rng = random('households')
  const kinds = Object.entries(habits).filter(([, habit]) => habit.share > 0) as [Kind, Habit][]
  const byShare = cumulate(kinds.map(([, habit]) => habit.share))
  const formats = ['hyper', 'community', 'school', 'metro']
  const sold = stores.filter(store => codes.includes(store.code))
  const made = Array.from({ length: count }, (_, index): Household => {
    const [kind, habit] = item(kinds, drawIndex(byShare, rng.next()))
    const byHome = cumulate(
      sold.map(store => (item(habit.homes, formats.indexOf(store.format)) + 0.001) * (0.2 + store.share)),
    )
    const store = item(sold, drawIndex(byHome, rng.next())).code
    const gender = rng.chance(kind === '小餐馆' ? 0.4 : 0.66) ? '女' : '男'
    const name = item(surnames, rng.int(0, surnames.length - 1)) + rng.pick(gender === '女' ? givenFemale : givenMale)
    const joinedInside = rng.chance(0.22)
    const days = Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000)
    const joined = joinedInside ? addDays(from, rng.int(0, Math.max(0, days - 5))) : addDays(from, -rng.int(20, 1500))
    const leaves = rng.chance(0.17) ? addDays(from, rng.int(Math.floor(days / 6), days)) : '9999-12-31'
    const year = rng.int(habit.born[0], habit.born[1])
    const birthday = rng.chance(0.86)
      ? `${year}-${String(rng.int(1, 12)).padStart(2, '0')}-${String(rng.int(1, 28)).padStart(2, '0')}`
      : ''
    return {
      index,
      kind,
      gender,
      name,
      birthday,
      store,
      cardNo: `86${String(10_000_000 + index * 37).padStart(8, '0')}`,
      phone: phoneOf(index),
      issuedAt: joined,
      recruiter: `G${store.slice(1)}${String(rng.int(1, 4)).padStart(2, '0')}`,
      signed: index % 15 !== 7,
      rate: (habit.visits / 365) * (0.3 + 0.7 * rng.gamma(2)),
      from: joined > from ? joined : from,
      until: leaves,
      opening: joinedInside ? 0 : Math.round(rng.gamma(1) * 900),
    }
  })
  castPlayers(
    made.filter(household => !household.signed),
    from,
  )
  return made
}

/** Gives the playing cards their stories; the phones beyond them stay as drawn. */
function castPlayers(unsigned: Household[], from: string): void {
  const [regular, firstOfTwo, secondOfTwo, silent] = unsigned
  if (!regular || !firstOfTwo || !secondOfTwo || !silent) return
  const before = addDays(from, -400)
  Object.assign(regular, {
    phone: players[0].phone,
    kind: '三口',
    rate: 0.2,
    from,
    until: '9999-12-31',
    issuedAt: before,
    name: '王秀英',
    gender: '女',
  })
  Object.assign(firstOfTwo, {
    phone: players[1].phone,
    rate: 0.1,
    from,
    until: '9999-12-31',
    issuedAt: before,
    name: '李建国',
    gender: '男',
  })
  Object.assign(secondOfTwo, {
    phone: players[1].phone,
    rate: 0.03,
    from,
    until: '9999-12-31',
    issuedAt: addDays(before, 90),
    name: '李建国',
    gender: '男',
    birthday: firstOfTwo.birthday,
  })
  Object.assign(silent, {
    phone: players[2].phone,
    from,
    until: addDays(from, -1),
    issuedAt: addDays(before, -600),
    opening: 8642,
    name: '张丽华',
    gender: '女',
  })
}
