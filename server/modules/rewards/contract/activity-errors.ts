import { errors } from '../../../kernel/errors.ts'

/** The errors of sign-in, birthday, referral and surveys. */
export const activityErrors = errors('rewards', {
  rulesChanged: [409, '有人刚刚改过规则，请刷新后再改', 'Somebody has just changed the rules: reload them'],
  activityOff: [409, '活动未开启', 'This is not on at the moment'],
  cannotMakeUp: [409, '这一天不能补签', 'This day cannot be made up for'],
  makeUpsUsed: [409, '本月补签次数已用完', 'No more days can be made up for this month'],
  noInvitation: [404, '邀请不存在或已失效', 'No such invitation'],
  ownInvitation: [409, '不能邀请自己', 'You cannot invite yourself'],
  memberAlready: [409, '您已是会员，无需邀请', 'You are a member already'],
  noReferral: [404, '找不到这条邀请', 'No such invitation'],
  notInReview: [409, '这条邀请不在待核查中', 'This invitation is not waiting for a decision'],
  noSurvey: [404, '找不到这份问卷', 'No such survey'],
  surveyNotOpen: [409, '问卷未开放', 'This survey is not open'],
  surveyFixed: [409, '已开放的问卷不能修改，请新建一份', 'An opened survey cannot be changed; make a new one'],
  badAnswer: [400, '第 {number} 题没有答好', 'Question {number} is not answered properly'],
  notYourReceipt: [404, '找不到这张小票', 'No such receipt'],
})
