/** A store of the chain: what the generator needs to know about its trade and its files. */
export interface Store {
  code: string
  name: string
  type: '大卖场' | '社区店' | '便利店'
  format: 'hyper' | 'community' | 'school' | 'metro'
  district: string
  address: string
  /** Degrees (GCJ-02): a city of its own, on no map. */
  place: { latitude: string; longitude: string }
  /** Share of the chain's anonymous receipts. */
  share: number
  /** Mean number of lines of an ordinary basket. */
  lines: number
  tills: number
  /** Which nightly file carries this store's sales. */
  file: 'hq' | 's05' | 's06'
  /** Business dates (month-day, both included) on which the store was closed for 装修. */
  closed?: { from: string; to: string }
}

/** The six stores of 禾谷超市. */
export const stores: readonly Store[] = [
  {
    code: 'S01',
    name: '禾谷超市城中大卖场',
    type: '大卖场',
    format: 'hyper',
    district: '城中区',
    address: '中山路 168 号 1 层及负一层',
    place: { latitude: '30.250921', longitude: '120.169382' },
    share: 0.29,
    lines: 7.4,
    tills: 6,
    file: 'hq',
  },
  {
    code: 'S02',
    name: '禾谷超市城西店',
    type: '社区店',
    format: 'community',
    district: '城西区',
    address: '文苑路 25 号',
    place: { latitude: '30.281455', longitude: '120.128716' },
    share: 0.17,
    lines: 5.2,
    tills: 3,
    file: 'hq',
  },
  {
    code: 'S03',
    name: '禾谷超市城东店',
    type: '社区店',
    format: 'community',
    district: '城东区',
    address: '朝晖里 7 号',
    place: { latitude: '30.289874', longitude: '120.186523' },
    share: 0.15,
    lines: 5.1,
    tills: 3,
    file: 'hq',
    closed: { from: '03-09', to: '03-18' },
  },
  {
    code: 'S04',
    name: '禾谷超市滨江店',
    type: '社区店',
    format: 'community',
    district: '滨江区',
    address: '江南大道 310 号',
    place: { latitude: '30.208137', longitude: '120.211846' },
    share: 0.14,
    lines: 5.3,
    tills: 3,
    file: 'hq',
  },
  {
    code: 'S05',
    name: '禾谷超市师大店',
    type: '便利店',
    format: 'school',
    district: '城西区',
    address: '学院路 88 号',
    place: { latitude: '30.272608', longitude: '120.119033' },
    share: 0.13,
    lines: 3.6,
    tills: 2,
    file: 's05',
  },
  {
    code: 'S06',
    name: '禾谷超市城南地铁店',
    type: '便利店',
    format: 'metro',
    district: '城南区',
    address: '地铁 2 号线城南站 B 口',
    place: { latitude: '30.229466', longitude: '120.172591' },
    share: 0.12,
    lines: 3.5,
    tills: 2,
    file: 's06',
  },
]

/** Whether the store sells on that business date. */
export function isOpen(store: Store, date: string): boolean {
  const monthDay = date.slice(5)
  return store.closed === undefined || monthDay < store.closed.from || monthDay > store.closed.to
}
