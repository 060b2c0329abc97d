import type { Words } from '../../ui/words-type.ts'

/** The words of coupons that are also 商品券 at WeChat. */
export const wechatZh = {
  wechat: {
    title: '微信商品券',
    hint: '先在微信支付商户平台建好商品券和批次，券码方式选「接口指定」；启用时向微信核对',
    missing: '请填写商品券编号和批次号：字母、数字、下划线或连字符',
    also: '同时发到顾客的微信卡包',
    product: '商品券编号',
    stock: '批次号',
    panel: '微信商品券',
    twice: '有券在微信支付和门店同时被核销；多抵扣的部分记为损失，见券的经过',
    count: {
      waiting: '发送中',
      usable: '卡包可用',
      used: '已核销',
      gone: '已过期或移除',
      refused: '微信拒发',
      usedTwice: '重复核销',
    },
    state: {
      NONE: '发送中',
      REFUSED: '微信拒发',
      CONFIRMING: '待确认',
      PENDING: '未到生效时间',
      EFFECTIVE: '卡包可用',
      USED: '已核销',
      EXPIRED: '已过期',
      DELETED: '顾客已移除',
      DEACTIVATED: '已停用',
    },
  },
}

export const wechatEn: Words<typeof wechatZh> = {
  wechat: {
    title: 'WeChat product coupon',
    hint: 'Make the coupon and its batch in WeChat Pay’s merchant platform first, with codes given by API; WeChat is asked when it is activated',
    missing: 'The coupon’s and the batch’s number: letters, digits, _ or -',
    also: 'Also put it into the shopper’s WeChat card pack',
    product: 'Coupon number',
    stock: 'Batch number',
    panel: 'WeChat product coupon',
    twice: 'Some were used at WeChat Pay and in a store at once; the second is a loss, see the life of the coupon',
    count: {
      waiting: 'On its way',
      usable: 'In the card pack',
      used: 'Redeemed',
      gone: 'Expired or removed',
      refused: 'Refused by WeChat',
      usedTwice: 'Used twice',
    },
    state: {
      NONE: 'On its way',
      REFUSED: 'Refused by WeChat',
      CONFIRMING: 'To be confirmed',
      PENDING: 'Not yet valid',
      EFFECTIVE: 'In the card pack',
      USED: 'Redeemed',
      EXPIRED: 'Expired',
      DELETED: 'Removed by the shopper',
      DEACTIVATED: 'Switched off',
    },
  },
}
