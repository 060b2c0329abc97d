import { errors } from '../../../kernel/errors.ts'

/** The errors of rewards. */
export const rewardsErrors = errors('rewards', {
  keyReused: [409, '同一编号已用于另一件事', 'This key was used for something else'],
  noProduct: [404, '找不到这件商品', 'No such product'],
  notOpen: [409, '还没开始或已经结束', 'It has not begun or is over'],
  soldOut: [409, '已兑完', 'None are left'],
  limit: [409, '已达到每人可兑的数量', 'You have had as many as each member may'],
  tierOnly: [403, '仅限{tier}及以上会员', 'Only for {tier} members and above'],
  wayNotOffered: [400, '不支持这种领取方式', 'It cannot be had in this way'],
  storeNotOffered: [400, '这家门店不能自提', 'It cannot be picked up at this store'],
  addressNeeded: [400, '请填写收货信息', 'Please give a name, a phone number and an address'],
  wholeChain: [403, '只能由总部修改', 'Only headquarters may change this'],
  wrongState: [409, '当前状态不能这样操作', 'Not possible in this state'],
  noCoupon: [409, '券已发完或已停发,积分没有扣', 'The coupon is gone or ended; no points were taken'],
  tierWithoutRewards: [409, '这个等级没有「专享兑换」权益', 'Members of this tier have no exclusive rewards'],
  productIsOn: [
    409,
    '已上架的商品只能改名称、说明、图片、排序,或增加库存',
    'Of a product that is on only words, picture, place and a higher stock can be changed',
  ],
  templateNotActive: [409, '券模板未启用', 'The coupon template is not active'],
})
