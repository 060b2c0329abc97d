import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { deskOperations } from './contract/desk.ts'
import { householdOperations } from './contract/households.ts'
import { identityOperations } from './contract/identity.ts'
import { mergeOperations } from './contract/merges.ts'
import { rowsOperations } from './contract/rows.ts'
import { shopOperations } from './contract/shop.ts'
import { timelineOperations } from './contract/timeline.ts'

export * from './contract/desk.ts'
export * from './contract/evidence.ts'
export * from './contract/households.ts'
export * from './contract/identity.ts'
export * from './contract/merges.ts'
export * from './contract/rows.ts'
export * from './contract/shop.ts'
export * from './contract/timeline.ts'

/** What the world may ask of members. */
export const membersApi = contract('members', {
  ...shopOperations,
  ...deskOperations,
  ...mergeOperations,
  ...identityOperations,
  ...householdOperations,
  ...timelineOperations,
  ...rowsOperations,
})

/** The errors of members. */
export const membersErrors = errors('members', {
  notFound: [404, '找不到这位会员', 'No such member'],
  termsOutdated: [409, '会员协议已更新，请重新阅读后开卡', 'The terms have changed; read them again'],
  consentsIncomplete: [400, '每一项同意都要由您选择「同意」或「不同意」', 'Every consent question needs a yes or a no'],
  smsOff: [503, '短信验证码未开通，请使用微信手机号', 'SMS codes are switched off; use the WeChat phone button'],
  smsTooOften: [429, '验证码发送过于频繁，请 {seconds} 秒后再试', 'Too many codes; try again in {seconds} seconds'],
  smsFailed: [502, '短信没有发出，请稍后再试', 'The message could not be sent; try again soon'],
  smsWrong: [400, '验证码不对或已过期', 'The code is wrong or has expired'],
  noClaim: [404, '验证已过期，请重新开卡', 'This check has expired; enrol again'],
  proofWrong: [400, '信息不符，还可再试 {attemptsLeft} 次', 'That does not match; {attemptsLeft} tries left'],
  proofBlocked: [403, '多次不符，请带证件到门店服务台办理', 'Too many tries; please see the service desk'],
  proofNeeded: [409, '这张卡需要再核验一次', 'This card needs a second proof'],
  noSuchCard: [404, '找不到这张旧卡', 'No such old card'],
  cardTaken: [409, '这张卡已被绑定', 'This card is bound already'],
  birthdayFixed: [
    409,
    '生日只能填写一次，如需更正请联系客服',
    'The birthday can be set once; ask our staff to correct it',
  ],
  birthdayThisYear: [409, '生日每年限改一次', 'The birthday can be changed once a year'],
  notActive: [409, '这位会员已合并或已注销', 'This member has been merged or closed'],
  phoneTaken: [
    409,
    '这个号码属于另一位会员：同一人请合并，号码已易主请勾选',
    'This number is another member’s: merge them if they are one person, or say that the number was sold again',
  ],
  numberTaken: [409, '这个号属于另一位会员，已转待核对', 'This number is another member’s; it was queued for review'],
  noExport: [404, '没有这份副本，可能已过期', 'No such copy; it may have been taken away'],
  noRequest: [404, '找不到这条请求', 'No such request'],
  householdOff: [409, '本店没有开通家庭账户', 'This shop offers no household accounts'],
  householdNoCode: [404, '邀请码不对或已过期', 'The word is wrong or has expired'],
  householdFull: [409, '家庭成员已满({limit} 人)', 'The household is full ({limit})'],
  householdAlready: [409, '您已在一个家庭里', 'You belong to a household already'],
  householdNotHead: [
    409,
    '家庭成员不能再邀请，户主不能加入别人家',
    'A member cannot invite, and a head cannot join another',
  ],
  householdNotMember: [409, '这位不在这个家庭里', 'This person does not belong to the household'],
  householdNoHead: [409, '这位会员不是户主了，请刷新后再试', 'This member heads no household any more; look again'],
  householdTooOften: [429, '今天试得太多了，请明天再试', 'Too many tries today; try again tomorrow'],
  mergeSelf: [400, '请选另一位会员', 'Choose another member'],
  mergeNotActive: [409, '其中一位已合并或已注销', 'One of the two has been merged or closed'],
  mergeKeepOther: [409, '这位会员合并过别人，请改为保留这位', 'This member has taken others in: keep this one instead'],
  mergeHousehold: [
    409,
    '这位会员是家庭户主，请先更换户主或解散家庭',
    'This member heads a household: give it another head, or dissolve it, first',
  ],
  mergeUndone: [409, '这次合并已经撤销', 'This merge has been undone already'],
  noMerge: [404, '找不到这次合并', 'No such merge'],
  noCase: [404, '找不到这条待核对', 'No such pair to review'],
  caseDecided: [409, '这条已有人处理', 'Somebody has decided this already'],
  badBirthday: [400, '生日不对', 'This is not a possible birthday'],
})
