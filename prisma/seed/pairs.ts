/** A habit planted into the baskets: who buys `when` also takes `add` with this probability. */
export interface Pair {
  /** Tag of the product family that leads. */
  when: string
  /** Tag of the family that follows. */
  add: string
  probability: number
}

/** The planted pairs; README.md states the lifts measured on the full year. */
export const pairs: readonly Pair[] = [
  { when: '火锅底料', add: '羊肉卷', probability: 0.38 },
  { when: '火锅底料', add: '金针菇', probability: 0.34 },
  { when: '火锅底料', add: '丸子', probability: 0.26 },
  { when: '火锅底料', add: '蘸料', probability: 0.22 },
  { when: '面粉', add: '酵母', probability: 0.3 },
  { when: '纸尿裤', add: '湿巾', probability: 0.42 },
  { when: '粽子', add: '咸鸭蛋', probability: 0.4 },
  { when: '啤酒', add: '花生', probability: 0.2 },
  { when: '方便面', add: '火腿肠', probability: 0.24 },
  { when: '牙膏', add: '牙刷', probability: 0.28 },
  { when: '洗发水', add: '护发素', probability: 0.3 },
  { when: '猫粮', add: '猫砂', probability: 0.38 },
  { when: '番茄', add: '鸡蛋', probability: 0.16 },
  { when: '烟', add: '打火机', probability: 0.12 },
]
