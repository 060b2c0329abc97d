import { errors } from '../../../kernel/errors.ts'

/** The errors of coupons. */
export const couponsErrors = errors('coupons', {
  noTemplate: [404, '找不到这个券模板', 'No such coupon template'],
  notDraft: [
    409,
    '已启用的券模板只能改名称、说明，或增加总量和预算',
    'Of an active template only the name, the description, a higher stock and a higher budget can be changed',
  ],
  notActive: [409, '券模板未启用，不能发券', 'The template is not active'],
  wrongState: [409, '当前状态不能这样操作', 'Not possible in this state'],
  noBrand: [409, '请先在微信支付设置里填写品牌编号', 'Set up the brand of WeChat Pay first'],
  noWechatBatch: [
    409,
    '微信支付找不到这个商品券批次，请核对编号',
    'WeChat Pay does not know this batch; check its number',
  ],
  railDown: [503, '微信支付暂时无法连接，请稍后再试', 'WeChat Pay cannot be reached; try again soon'],
  noCoupon: [404, '找不到这张券', 'No such coupon'],
  notVoidable: [409, '只有未使用的券可以作废', 'Only an unused coupon can be made void'],
  refused: [409, '{reason}', '{reasonEn}'],
  notGiftable: [409, '这张券不能转赠', 'This coupon cannot be given away'],
  noGift: [404, '赠券链接无效', 'This gift link leads nowhere'],
  giftGone: [409, '这张券已被领走或已退回', 'It has been taken, or is back with its giver'],
  ownGift: [409, '不能领取自己赠出的券', 'You cannot take your own gift'],
  giftLimit: [409, '您的此券已达领取上限', 'You have had as many of these as one may'],
})
