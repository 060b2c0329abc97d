import { errors } from '../../../kernel/errors.ts'

/** The errors of rewards. */
export const rewardsErrors = errors('rewards', {
  keyReused: [409, '同一编号已用于另一件事', 'This key was used for something else'],
  noProduct: [404, '找不到这件商品', 'No such product'],
  notOpen: [409, '还没开始或已经结束', 'It has not begun or is over'],
  soldOut: [409, '已兑完', 'None are left'],
  notEnough: [409, '积分不足:需要 {points},可用 {active}', 'Not enough points: {points} needed, {active} there'],
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
  noOrder: [404, '找不到这张兑换单', 'No such exchange'],
  noCode: [404, '提货码不对,请核对后再试', 'There is no such pick-up code'],
  otherStore: [403, '请到{store}领取', 'It is to be picked up at {store}'],
  notReady: [409, '门店还没备好货', 'The store has not got it ready yet'],
  pickedUp: [409, '已经领取过了', 'It has been picked up already'],
  over: [409, '已取消或已过期', 'It was cancelled or has expired'],
  toPay: [409, '请先收款 ¥{yuan}', '¥{yuan} is to be paid first'],
  prizeStays: [409, '奖品不能取消', 'A prize cannot be cancelled'],
  templateNotActive: [409, '券模板未启用', 'The coupon template is not active'],
})
