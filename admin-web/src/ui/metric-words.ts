import type { Words } from './words-type.ts'

/**
 * 口径: what each number means that the admin names by itself, said once and shown beside it wherever it stands (MetricName).
 * Numbers of sales, members and uses of coupons bring theirs from the server with the reply.
 */
export const zh = {
  memberPoints: '现在能用的积分，不含待生效和已过期的；欠积分时为 0。将过期的是最早到期的一批',
  memberCoupons: '在券包里、没有用掉也没有过期的券；收银台正在结账的另计为已锁定',
  memberSpent: '近 90 天（含今天）归属这位会员的小票实收合计，退货已扣除；按营业日，最多计最近 200 张',
  memberBasket: '近 90 天实收合计 ÷ 销售小票数，退货不算张数',
  memberLast:
    '你能看到的门店里最近一张销售小票的营业日，不限多久以前；周期看它之前一年（最多 200 张）：首末两次到店相隔的天数 ÷（到店天数 − 1），到店不足 3 天不算',
  couponIssued: '已经发出的张数，含后来过期、作废和转赠出去的',
  couponUsable: '在会员券包里、没有用掉也没有过期的张数',
  couponLocked: '收银台正在结账、暂时锁住的张数',
  couponRedeemed: '已核销、没有随退货退回或失效的张数；核销率 = 已核销 ÷ 已发放',
  couponGone: '过期、作废、随退货失效的张数合计',
  couponDiscount: '已核销的券抵掉的金额，部分退货追回的已扣除',
  couponStock: '已发放的张数 ÷ 库存；发完不再发放',
  couponBudget: '已抵扣的金额 ÷ 预算，退货追回的已扣除；抵扣满预算就不再核销。可核销张数按每张最多抵扣的金额折算',
  couponBearers: '已抵扣的金额按各方比例分摊，退货追回的已扣除；还没启用的按预算分摊，没有预算就按库存全部核销分摊',
  pointsOutstanding: '全部会员还没用掉、没过期的积分，含待生效的；只计你能看到的门店的会员',
  pointsPending: '未使用积分里，还没到生效日期的部分',
  pointsDebt: '退货扣回时积分已用掉、会员还欠的积分；不从未使用积分里抵减',
  pointsWrittenOff: '历来免除的欠积分合计，会员没有因此多出可用积分',
  pointsCost: '未使用积分 × 积分规则里每分的成本',
  pointsExpected:
    '全部兑付的成本 ×（1 − 过期率）；过期率 = 已过期 ÷（发放 − 退货扣回），取积分已全部用完、扣回或过期的发放月份',
  pointsTakenBack:
    '退货、小票更正和手工扣减收回的积分；发放 = 已使用 + 退货扣回 + 已过期 + 未使用，转到别的账户和宽限不算再次发放',
  pointsProof: '每晚从流水重新推算，与账上逐项比较；差异是两边不一致的项数',
  pointsOpening: '期初文件里写明的积分，与流水里实际入账的期初积分相比；待开卡的还没有会员可以入账',
  pointsPreview: '拿最近的会员小票，按现行规则和改后的规则各算一遍；已入账的积分不变',
  tierMembers: '现在处于这个等级的会员数，不含已注销和已合并的；只计你能看到的门店的会员',
  tierDryRun: '用真实的消费记录，按新规则给全部会员重新定级，与试算当天的等级比较',
  tierCost: '近一年的消费积分，按新旧等级倍数之差折算；成本 = 多发积分 × 积分规则里每分的成本',
  tierCoupons: '采用时升级的会员各得一次；金额按每张的面额或折扣封顶，全部核销时最多这么多。首次定级不送',
  tierBirthdays: '填了生日的会员一年一次，与现行规则相比的增减；按生日礼里开启等级生日券计，金额按面额或折扣封顶',
}

export const en: Words<typeof zh> = {
  memberPoints:
    'Points that can be used now, without pending and expired ones; 0 for who owes points. What expires is the lot that goes first',
  memberCoupons: 'Coupons in the wallet, neither used nor expired; those at a till just now are counted as locked',
  memberSpent:
    'Net of this member’s receipts in the last 90 days, today included, returns taken off; by business day, of at most 200 receipts',
  memberBasket: 'Net of the last 90 days ÷ sales; returns are no sales',
  memberLast:
    'The business day of the newest sale in the stores you see, however long ago; the rhythm looks at the year before it (200 sales at most): days from the first visit to the last ÷ (days of visits − 1), from three on',
  couponIssued: 'All that went out, those that have since expired, were voided or given away included',
  couponUsable: 'In members’ wallets, neither used nor expired',
  couponLocked: 'Held by a till that is taking the money just now',
  couponRedeemed: 'Used, and not come back or lapsed with a return; the rate is redeemed ÷ issued',
  couponGone: 'Expired, voided, or lapsed with a return',
  couponDiscount: 'What the redeemed ones took off, less what partial returns took back',
  couponStock: 'Issued ÷ stock; none is issued once it is gone',
  couponBudget:
    'Taken off ÷ budget, less what returns took back; none is redeemed once it is spent. Pieces are reckoned by what one takes off at most',
  couponBearers:
    'What was taken off by everybody’s share, less what returns took back; before activation the budget is shared out, or all of the stock where there is none',
  pointsOutstanding:
    'Points of all members that are neither used nor expired, pending ones included; of the members of your stores',
  pointsPending: 'Of the outstanding points, those whose day has not come',
  pointsDebt:
    'Owed by members whose points were used before a return took them back; not taken off the outstanding points',
  pointsWrittenOff: 'Debts given up so far; nobody has points to use from it',
  pointsCost: 'Outstanding points × the cost of a point in the earning rules',
  pointsExpected:
    'Cost of all × (1 − the share that expires); that share is expired ÷ (granted − taken back), of the months of which nothing is left',
  pointsTakenBack:
    'Taken back by returns, corrections of receipts and by hand; granted = used + taken back + expired + outstanding, and neither a move to another account nor grace is granted anew',
  pointsProof: 'Each night everything is derived from the entries again and compared; differences are what disagrees',
  pointsOpening:
    'Points stated by the opening files beside what the ledger has credited for them; waiting ones have no member yet',
  pointsPreview: 'The newest receipts of members reckoned by both rules; what is credited stays',
  tierMembers: 'Members who are in this tier now, closed and merged ones not counted; of the members of your stores',
  tierDryRun:
    'All members decided anew by the new rules over the real purchases, beside their tier on the day of the try',
  tierCost:
    'Points of purchases of the last year by the difference of the multipliers; its cost by the cost of a point in the earning rules',
  tierCoupons:
    'Once for each member who goes up when the rules are adopted, at the amount off or the cap of the percentage, if all are used; a first tier brings none',
  tierBirthdays:
    'Once a year for members who have told their birthday, more or less than by the rules of now, where the birthday gift has the coupon of the tier; at the amount off or the cap of the percentage',
}
