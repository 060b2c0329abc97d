/**
 * What to do about an error code (protocol note §2.4):
 * `retry` back off, same payload · `token` refresh once, retry once · `quota` stop this API until its reset ·
 * `rate` wait a minute · `user` this recipient cannot be reached so · `content` the item is wrong ·
 * `config` stop the channel and tell the administrator · `duplicate` already done ·
 * `login` start the log-in again · `giveUp` a bug of ours or an unknown code, never retried blindly.
 */
export type Reaction =
  'retry' | 'token' | 'quota' | 'rate' | 'user' | 'content' | 'config' | 'duplicate' | 'login' | 'giveUp'

/** One row of the table. */
export interface ErrorRow {
  reaction: Reaction
  zh: string
  en: string
}

const row = (reaction: Reaction, zh: string, en: string): ErrorRow => ({ reaction, zh, en })

/** The codes whose cause and reaction are known; look one up with `explain`. */
export const errorTable: Readonly<Record<number, ErrorRow>> = {
  [-1]: row('retry', '微信系统繁忙', 'WeChat is busy'),
  40001: row('token', '接口凭证无效', 'The credential is not valid'),
  40002: row('config', '凭证类型不正确', 'Wrong grant type'),
  40003: row('user', 'openid 不属于此账号', 'The openid does not belong to this account'),
  40007: row('content', '素材已失效', 'The media id is not valid'),
  40008: row('content', '消息类型不正确', 'Wrong message type'),
  40013: row('config', 'AppID 不正确', 'Wrong AppID'),
  40014: row('token', '接口凭证无效', 'The access token is not valid'),
  40016: row('content', '菜单按钮数量不正确', 'Wrong number of menu buttons'),
  40017: row('content', '菜单按钮类型不正确', 'Wrong menu button type'),
  40018: row('content', '菜单按钮名称过长', 'Menu button name too long'),
  40019: row('content', '菜单按钮 KEY 过长', 'Menu button key too long'),
  40020: row('content', '菜单按钮网址过长', 'Menu button address too long'),
  40029: row('login', '登录凭证无效', 'The log-in code is not valid'),
  40030: row('login', '刷新凭证无效', 'The refresh token is not valid'),
  40033: row('giveUp', '请求含非法字符', 'Illegal characters in the request'),
  40035: row('giveUp', '参数不正确', 'Wrong parameter'),
  40036: row('config', '模板编号不正确', 'Wrong template id size'),
  40037: row('config', '模板不存在', 'The template does not exist'),
  40097: row('giveUp', '参数不正确', 'Wrong parameter'),
  40125: row('config', 'AppSecret 不正确', 'Wrong AppSecret'),
  40163: row('login', '登录凭证已使用', 'The log-in code has been used'),
  40164: row('config', '服务器 IP 不在白名单', 'The server address is not in the whitelist'),
  40165: row('config', '小程序页面路径不正确', 'Wrong mini-program path'),
  40166: row('config', '小程序 AppID 不正确', 'Wrong mini-program AppID'),
  40173: row('config', '小程序未关联公众号', 'The mini-program is not linked'),
  40226: row('user', '高风险用户,登录被拦截', 'High-risk user, log-in blocked'),
  41001: row('giveUp', '缺少接口凭证', 'The access token is missing'),
  41002: row('config', '缺少 AppID', 'AppID missing'),
  41004: row('config', '缺少 AppSecret', 'AppSecret missing'),
  41030: row('config', '小程序页面未发布', 'The page is not in the released mini-program'),
  42001: row('token', '接口凭证已过期', 'The access token has expired'),
  42002: row('login', '刷新凭证已过期', 'The refresh token has expired'),
  42003: row('login', '登录凭证已过期', 'The log-in code has expired'),
  42007: row('login', '用户改过密码,授权失效', 'The user changed the password'),
  43001: row('giveUp', '须用 GET 请求', 'GET required'),
  43002: row('giveUp', '须用 POST 请求', 'POST required'),
  43003: row('giveUp', '须用 HTTPS 请求', 'HTTPS required'),
  43004: row('user', '对方未关注公众号', 'The person does not follow the account'),
  43005: row('user', '对方未关注公众号', 'The person does not follow the account'),
  43019: row('user', '对方在黑名单中', 'The person is on the blacklist'),
  43101: row('user', '对方没有可用的订阅次数', 'The person has no remaining subscription'),
  43104: row('config', '账号没有此接口权限', 'No permission for this API'),
  44002: row('content', '请求内容为空', 'Empty request'),
  44004: row('content', '文字内容为空', 'Empty text'),
  45002: row('content', '消息内容过长', 'Message too long'),
  45009: row('quota', '接口今日次数已用完', 'The daily quota of this API is used up'),
  45010: row('config', '菜单数量过多', 'Too many menus'),
  45011: row('rate', '调用过于频繁', 'Too many calls a minute'),
  45012: row('content', '模板内容过长', 'Template too large'),
  45013: row('content', '模板参数过长', 'Template parameter too large'),
  45014: row('content', '模板消息过长', 'Template message too large'),
  45015: row('user', '超过客服消息可回复时限', 'The reply window is closed'),
  45026: row('config', '模板数量超限', 'Too many templates'),
  45028: row('quota', '群发次数已用完', 'No mass-send quota left'),
  45029: row('quota', '二维码数量超限', 'Too many QR codes'),
  45040: row('quota', '本月次数已用完', 'The monthly quota is used up'),
  45047: row('user', '客服消息条数已达上限', 'Too many messages without an answer'),
  45064: row('config', '菜单含未关联的小程序', 'The menu holds an unlinked mini-program'),
  45065: row('duplicate', '此群发已提交过', 'This mass send was already submitted'),
  45066: row('rate', '重试过快', 'Retried too fast'),
  45067: row('giveUp', 'clientmsgid 过长', 'clientmsgid too long'),
  45109: row('config', '此接口已停用', 'This API is retired'),
  46001: row('content', '素材不存在', 'No such media'),
  46003: row('content', '菜单不存在', 'No menu'),
  46004: row('user', '用户不存在', 'No such user'),
  47001: row('giveUp', '数据格式错误', 'Malformed data'),
  47002: row('giveUp', '数据格式错误', 'Malformed data'),
  47003: row('content', '模板参数不合规', 'A template parameter is not valid'),
  48001: row('config', '账号没有此接口权限', 'No permission for this API'),
  48002: row('user', '对方关闭了消息接收', 'The person switched receiving off'),
  48003: row('config', '未同意群发协议', 'The mass-send terms are not accepted'),
  48004: row('config', '接口被封禁', 'The API is banned'),
  48006: row('giveUp', '本月清零次数已用完', 'No quota resets left'),
  48008: row('config', '账号没有此类消息权限', 'No permission for this message type'),
  50001: row('login', '用户未授权此接口', 'The user has not authorised this API'),
  50002: row('config', '账号受限', 'The account is limited'),
  50004: row('config', '账号受处罚', 'The account is punished'),
  50005: row('user', '对方未关注公众号', 'The person does not follow the account'),
  61007: row('config', '账号没有此接口权限', 'No permission for this API'),
  65301: row('content', '个性化菜单不存在', 'No such conditional menu'),
  65303: row('content', '尚无默认菜单', 'No default menu'),
  76021: row('giveUp', '接口路径不存在', 'No such API path'),
  85079: row('config', '小程序尚未发布', 'The mini-program has no released version'),
  87009: row('login', '会话签名无效', 'Wrong session signature'),
  87014: row('content', '内容含违规信息', 'The content violates the rules'),
  89002: row('config', '未绑定开放平台', 'Not bound to an open-platform account'),
}

const unknown = row('giveUp', '微信返回未知错误', 'WeChat returned an unknown error')

/** The row of a code; an unknown code is `giveUp`. */
export const explain = (code: number): ErrorRow => errorTable[code] ?? unknown
