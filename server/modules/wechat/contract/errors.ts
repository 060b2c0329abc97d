import { errors } from '../../../kernel/errors.ts'

/** What the module refuses, and why. */
export const wechatErrors = errors('wechat', {
  noAccount: [503, '尚未接入{kind},请联系管理员', 'No {kind} account is connected; ask your administrator'],
  badLoginCode: [400, '登录已过期,请重新进入小程序', 'The login code is used or expired; open the mini-program again'],
  badPhoneCode: [400, '手机号授权已过期,请再点一次', 'The phone code is used or expired; tap the button again'],
  accountBlocked: [403, '该微信号暂时无法登录', 'WeChat does not let this account log in'],
  platformDown: [503, '微信暂时无法连接,请稍后再试', 'WeChat cannot be reached; try again soon'],
  routeForbidden: [
    422,
    '{purpose}不能走{route}:平台规定模板消息和主动客服消息不得营销',
    'A {purposeEn} message may not go by {routeEn}: WeChat forbids marketing in templates and unasked customer-service messages',
  ],
  contentForbidden: [
    422,
    '{route}里不能出现「{word}」:平台规定不得含卡券、红包或广告',
    'A {routeEn} message may not contain "{word}": WeChat forbids coupons, red packets and advertising there',
  ],
  accountKnown: [409, 'AppID「{appId}」已经接入', 'The account {appId} is connected already'],
  badContent: [422, '消息内容不符合微信要求:{problem}', 'The message is not as WeChat wants it: {problem}'],
  notUnknown: [409, '这条消息已有结果,无需确认', 'It is known by now what has become of this message'],
  forgotten: [
    409,
    '对方已取消关注,消息内容已删除,无法重发',
    'The person has left and the message was deleted: it cannot be sent again',
  ],
  noRightLeft: [409, '对方已没有可用的触达权,无法重发', 'No right is left to write to this person'],
  noSuchTemplate: [422, '没有配置消息模板「{name}」', 'No message template "{name}" is configured'],
})
