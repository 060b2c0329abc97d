import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { claimOperations } from './contract/claims.ts'
import { ledgerOperations } from './contract/ledger.ts'
import { proofOperations } from './contract/proof.ts'
import { Multiplier, MultiplierWhen, EarningRules, Exclusion, RulesVersion } from './contract/rules.ts'

export * from './contract/claims.ts'
export * from './contract/ledger.ts'
export * from './contract/proof.ts'
export { Contra, Reason } from './contract/words.ts'
export { EarningRules, Exclusion, Multiplier, MultiplierWhen, RulesVersion }

/** The rules of points as they stand; `exclusions` once more at the top, for who asks only what earns nothing. */
export const PointsRules = RulesVersion.extend({
  exclusions: z.array(Exclusion),
  backCreditDays: z.union([z.literal('all'), z.int()]),
})
export type PointsRules = z.output<typeof PointsRules>

const EarningChange = z
  .object({
    rate: EarningRules.shape.rate.unwrap(),
    exclusions: z.array(Exclusion).max(500),
    multipliers: z.array(Multiplier).max(30),
    together: EarningRules.shape.together.unwrap(),
    tenders: EarningRules.shape.tenders.unwrap(),
    caps: EarningRules.shape.caps.unwrap(),
    pendingDays: EarningRules.shape.pendingDays.unwrap(),
    expiry: EarningRules.shape.expiry.unwrap(),
    graceDays: EarningRules.shape.graceDays.unwrap(),
    noticeDays: EarningRules.shape.noticeDays.unwrap(),
    debtLimit: EarningRules.shape.debtLimit.unwrap(),
    adjustLimit: EarningRules.shape.adjustLimit.unwrap(),
    cost: EarningRules.shape.cost.unwrap(),
  })
  .partial()
export type EarningChange = z.output<typeof EarningChange>

/** What a purchase earns before any multiplier: so many points for each so many fen. */
export const EarningRate = EarningRules.shape.rate.unwrap()
export type EarningRate = z.output<typeof EarningRate>

/** What the world may ask of points. */
export const pointsApi = contract('points', {
  earningRate: {
    method: 'GET',
    path: '/public/points/rate',
    access: 'public',
    summary: 'What purchases of today earn, before any multiplier',
    reply: EarningRate,
  },
  ...ledgerOperations,
  ...claimOperations,
  ...proofOperations,
  rules: {
    method: 'GET',
    path: '/admin/points/rules',
    access: 'staff:points.read',
    summary: 'The rules of points as they stand',
    reply: PointsRules,
  },
  ruleVersions: {
    method: 'GET',
    path: '/admin/points/rules/versions',
    access: 'staff:points.read',
    summary: 'All versions of the rules, newest first',
    reply: z.object({ items: z.array(RulesVersion) }),
  },
  changeRules: {
    method: 'PUT',
    path: '/admin/points/rules',
    access: 'staff:points.rules',
    summary: 'Make a new version of the rules, for sales from a day on; what is counted stays',
    body: EarningChange.extend({
      validFrom: z.iso.date().optional(),
      note: z.string().trim().max(200).nullish(),
    }),
    reply: PointsRules,
  },
  previewRules: {
    method: 'POST',
    path: '/admin/points/rules/preview',
    access: 'staff:points.read',
    summary: 'What the newest receipts would earn by changed rules; nothing is stored',
    body: EarningChange,
    reply: z.object({
      receipts: z.array(
        z.object({
          documentId: z.string(),
          storeCode: z.string(),
          businessDate: z.string(),
          net: z.string(),
          earned: z.int(),
          would: z.int(),
        }),
      ),
      /** Over how many receipts the sums go; `receipts` shows the newest of them. */
      looked: z.int(),
      earned: z.int(),
      would: z.int(),
      /** Ways to pay that these receipts name, most used first: what `tenders` may speak of. */
      methods: z.array(z.string()),
    }),
  },
})

/** The errors of points. */
export const pointsErrors = errors('points', {
  noLateClaim: [404, '找不到这条补积分申请', 'No such claim'],
  claimDecided: [409, '这条申请已有人处理', 'Somebody has decided this claim already'],
  claimRefused: [409, '这张小票的申请已被退回，请到服务台', 'This claim was refused; please see the service desk'],
  noReceipt: [404, '找不到这张小票', 'No such receipt'],
  noEntry: [404, '找不到这笔积分流水', 'No such points entry'],
  noMember: [404, '找不到这位会员', 'No such member'],
  noRequest: [404, '找不到这笔待审批的调整', 'No such adjustment is waiting'],
  keyReused: [409, '同一编号已用于另一次调整', 'This key was used for another adjustment'],
  notOwed: [409, '会员只欠 {points} 分，不能免除更多', 'The member owes {points} points; no more can be written off'],
  notEnough: [409, '积分不足：需要 {points}，可用 {active}', 'Not enough points: {points} needed, {active} there'],
  tooMuchBack: [409, '退回的积分不能多于当时使用的', 'More would be given back than was taken'],
  notYourOwn: [403, '自己提交的调整要由别人审批', 'Somebody else has to approve your adjustment'],
  decided: [409, '这笔调整已经审批过了', 'This adjustment has been decided'],
  debtLimit: [409, '超过欠积分上限 {limit}', 'Beyond the debt limit of {limit}'],
  rulesInThePast: [400, '规则只能从今天或以后的营业日起生效', 'Rules can begin today or later'],
  rulesChanged: [409, '有人刚刚改过规则，请刷新后再改', 'Somebody has just changed the rules: reload them'],
  claimed: [409, '这张小票已经积过分了', 'This receipt is somebody’s already'],
  claimTooLate: [409, '只能补最近 {days} 天内的小票', 'Only receipts of the last {days} days can be claimed'],
  claimAmbiguous: [409, '有多张小票符合，请填写小票号', 'Several receipts match: give the receipt number'],
  claimTooOften: [429, '今天补积分的次数已用完，请明天再试', 'No more claims today: try again tomorrow'],
})
