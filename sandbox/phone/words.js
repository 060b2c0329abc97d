const words = {
  title: ['沙箱手机', 'Sandbox phone'],
  subtitle: ['在这里扮演顾客：关注、聊天、打开小程序', 'Play the shopper: follow, chat, open the mini-program'],
  people: ['顾客', 'Shoppers'],
  addPerson: ['添加一人', 'Add a person'],
  following: ['已关注', 'Following'],
  notFollowing: ['未关注', 'Not following'],
  tabChats: ['微信', 'Chats'],
  tabContacts: ['通讯录', 'Contacts'],
  tabDiscover: ['发现', 'Discover'],
  tabMe: ['我', 'Me'],
  officialAccounts: ['公众号', 'Official accounts'],
  scan: ['扫一扫', 'Scan'],
  scanTitle: ['扫门店二维码关注', 'Scan a store code to follow'],
  scanHint: ['二维码里的场景值', 'Scene value in the code'],
  miniprograms: ['小程序', 'Mini-programs'],
  serviceThread: ['服务通知', 'Service notifications'],
  smsThread: ['短信', 'Text messages'],
  noChats: ['还没有消息', 'No messages yet'],
  noChatsHint: ['到「通讯录 · 公众号」关注，就会收到欢迎语', 'Follow the account under Contacts to be welcomed'],
  follow: ['关注公众号', 'Follow'],
  enter: ['发消息', 'Messages'],
  unfollow: ['不再关注', 'Unfollow'],
  unfollowAsk: ['不再关注后，将收不到其下发的消息', 'You will no longer receive its messages'],
  cancel: ['取消', 'Cancel'],
  kindOfficial: ['服务号', 'Service account'],
  kindMiniprogram: ['小程序', 'Mini-program'],
  verified: ['微信认证（沙箱）', 'Verified (sandbox)'],
  send: ['发送', 'Send'],
  write: ['输入消息', 'Message'],
  details: ['详情', 'Details'],
  enterMiniprogram: ['进入小程序查看', 'Open mini-program'],
  followedNotice: ['你已关注「{name}」', 'You now follow {name}'],
  you: ['[我]', '[You]'],
  noMiniprogram: ['小程序还没有构建', 'The mini-program is not built'],
  noMiniprogramHint: [
    '启动沙箱时用 MINIPROGRAM_URL 告诉它小程序页面在哪里',
    'Start the sandbox with MINIPROGRAM_URL to tell it where the mini-program is',
  ],
  phoneNumber: ['手机号', 'Phone'],
  receiving: ['接收公众号消息', 'Receive messages'],
  on: ['开', 'On'],
  off: ['关', 'Off'],
  credits: ['订阅消息剩余次数', 'Subscribe messages left'],
  none: ['无', 'None'],
  platform: ['平台记录', 'Platform log'],
  platformHint: ['商户系统与微信之间的每次往来，最新在上', 'Every exchange between shop and WeChat, newest first'],
  noRecords: ['还没有往来。关注公众号试试。', 'Nothing yet. Follow the account to begin.'],
  inApi: ['调用', 'call'],
  outPush: ['推送', 'push'],
  noAnswer: ['无应答', 'no answer'],
  tryTitle: ['试试看', 'Try this'],
  try1: ['通讯录 → 公众号 → 关注', 'Contacts → Official accounts → Follow'],
  try2: ['点菜单「会员码」免费开卡', 'Tap 会员码 in the menu and open a card'],
  try3: ['发一句话，在后台服务台回复', 'Write a message; answer it from the desk'],
  till: ['打开收银机', 'Open the till'],
  refused: ['没有成功：{text}', 'That failed: {text}'],
  offline: ['沙箱没有应答', 'The sandbox does not answer'],
  switchLanguage: ['English', '中文'],
  wechatId: ['微信号', 'WeChat ID'],
  search: ['按姓名或手机号找人', 'Find by name or phone'],
  morePeople: ['还有 {count} 人，请搜索', '{count} more: search for them'],
}

let language = localStorage.getItem('zg-phone-language') ?? 'zh'

/** The language now: `zh` or `en`. */
export const currentLanguage = () => language

/** Changes the language and remembers it. */
export const setLanguage = next => {
  language = next
  localStorage.setItem('zg-phone-language', next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

/** A text in the present language, with {name} filled in. */
export const t = (key, values = {}) =>
  (words[key]?.[language === 'zh' ? 0 : 1] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
