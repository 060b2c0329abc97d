import * as mall from './mall-words.ts'

/** The words of the room, by area. */
export const zh = {
  page: {
    title: '商城与活动',
    about: '会员用积分换商品和券，或参加活动得到奖励',
    tabs: { mall: '积分商城' },
  },
  mall: mall.zh,
}
export const en = {
  page: {
    title: 'Mall and games',
    about: 'What members exchange points for, and what gives them points and coupons',
    tabs: { mall: 'Points mall' },
  },
  mall: mall.en,
}
