import { membersErrors, type ConsentAnswer, type EnrolmentTerms } from '../contract.ts'

/** The terms of today. Change the text → change the version: every member's accepted version is kept. */
export const TERMS: EnrolmentTerms = {
  version: '2026-11-01',
  title: { zh: '会员协议与个人信息说明', en: 'Membership terms and privacy notice' },
  text: {
    zh: [
      '一、开卡免费。您出示会员码消费，按实付金额积分，每满 1 元积 1 分；烟草、购物卡、购物袋、服务费和团购不积分。',
      '二、退货时收回相应积分；积分不足时记为「欠积分」，以后消费时先抵还。',
      '三、我们收集您的手机号，用来确认会员身份、找回旧卡；姓名、生日、性别由您自愿填写。您的购物小票用来计算积分和处理售后。',
      '四、个人信息加密保存，员工查看须填写理由并留有记录。未经您同意，不用于营销。',
      '五、您可以随时在「我的」里更改或撤回同意、关闭个性化推荐、注销会员。注销后个人信息即被删除，账目依法保留且不再指向您本人。',
      '六、取消关注公众号不影响会员资格。',
    ].join('\n'),
    en: [
      '1. The card is free. Show your code and earn 1 point for each full yuan you pay; tobacco, prepaid cards, bags, fees and corporate orders earn none.',
      '2. Returns take points back; what is missing is kept as a debt that later purchases repay first.',
      '3. We ask for your phone number to know you as a member and to find your old card; name, birthday and gender are up to you. Receipts are used for points and after-sales service.',
      '4. Personal data is stored encrypted; staff must give a reason to see it and every look is recorded. Without your consent it is not used for marketing.',
      '5. At any time you can change or withdraw consents, switch off personal recommendations, or close your membership under "Me". Closing erases personal data; the books are kept as the law asks and no longer point to you.',
      '6. Unfollowing the official account does not touch your membership.',
    ].join('\n'),
  },
  consents: [
    {
      purpose: 'marketing',
      channel: 'wechat',
      title: { zh: '微信优惠提醒', en: 'Offers by WeChat' },
      text: {
        zh: '通过微信告诉我优惠和活动，可随时关闭',
        en: 'Tell me about offers by WeChat; I can switch it off at any time',
      },
    },
    {
      purpose: 'marketing',
      channel: 'sms',
      title: { zh: '短信优惠提醒', en: 'Offers by SMS' },
      text: {
        zh: '通过短信告诉我优惠和活动，可随时退订',
        en: 'Tell me about offers by SMS; I can unsubscribe at any time',
      },
    },
    {
      purpose: 'personalRecommendation',
      channel: 'all',
      title: { zh: '个性化推荐', en: 'Personal recommendations' },
      text: {
        zh: '根据我的购物记录推荐商品和券；关闭后仍可看到通用优惠',
        en: 'Recommend goods and coupons from my purchases; when off, I still see general offers',
      },
    },
  ],
}

const nameOf = ({ purpose, channel }: { purpose: string; channel: string }): string => `${purpose}/${channel}`

/** Every question answered, none twice and none that was not asked; anything else is refused, for silence is no consent. */
export function completeConsents(answers: readonly ConsentAnswer[]): readonly ConsentAnswer[] {
  const given = answers.map(nameOf).toSorted()
  const asked = TERMS.consents.map(nameOf).toSorted()
  if (given.length !== asked.length || given.some((name, i) => name !== asked[i]))
    throw membersErrors.consentsIncomplete()
  return answers
}
