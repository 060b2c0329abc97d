import * as rules from './activity-words.ts'
import * as birthday from './birthday-words.ts'
import * as lottery from './lottery-words.ts'
import * as mall from './mall-words.ts'
import * as orders from './order-words.ts'
import * as referral from './referral-words.ts'
import * as signIn from './signin-words.ts'
import * as survey from './survey-words.ts'

/** The words of the room, by area. */
export const zh = {
  page: {
    title: '商城与活动',
    about: '会员用积分换商品和券，或参加活动得到奖励',
    tabs: {
      mall: '积分商城',
      orders: '兑换单',
      lottery: '抽奖',
      signIn: '签到',
      birthday: '生日',
      referral: '邀请',
      survey: '问卷',
    },
  },
  mall: mall.zh,
  orders: orders.zh,
  lottery: lottery.zh,
  rules: rules.zh,
  signIn: signIn.zh,
  birthday: birthday.zh,
  referral: referral.zh,
  survey: survey.zh,
}
export const en = {
  page: {
    title: 'Mall and games',
    about: 'What members exchange points for, and what gives them points and coupons',
    tabs: {
      mall: 'Points mall',
      orders: 'Exchanges',
      lottery: 'Lotteries',
      signIn: 'Sign-in',
      birthday: 'Birthdays',
      referral: 'Referral',
      survey: 'Surveys',
    },
  },
  mall: mall.en,
  orders: orders.en,
  lottery: lottery.en,
  rules: rules.en,
  signIn: signIn.en,
  birthday: birthday.en,
  referral: referral.en,
  survey: survey.en,
}
