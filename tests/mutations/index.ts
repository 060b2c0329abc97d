import { couponGuards } from './coupons.ts'
import { houseGuards } from './house.ts'
import { memberGuards } from './members.ts'
import { ledgerGuards } from './ledger.ts'
import type { Mutation } from './mutation.ts'
import { rewardsGuards } from './rewards.ts'
import { activityGuards } from './rewards-activities.ts'
import { stormGuards } from './storms.ts'
import { tillGuards } from './till.ts'
import { tillCodeGuards } from './till-codes.ts'
import { tillDeskGuards } from './till-desk.ts'
import { valueGuards } from './value.ts'
import { clientGuards } from './wechat-api-ts.ts'
import { wechatGuards } from './wechat.ts'
import { wechatSendingGuards } from './wechat-sending.ts'

/** Every guard that a test must miss, by room. */
export const mutations: readonly Mutation[] = [
  ...houseGuards,
  ...memberGuards,
  ...valueGuards,
  ...ledgerGuards,
  ...tillCodeGuards,
  ...tillGuards,
  ...tillDeskGuards,
  ...couponGuards,
  ...stormGuards,
  ...rewardsGuards,
  ...activityGuards,
  ...wechatGuards,
  ...wechatSendingGuards,
  ...clientGuards,
]
