const words = {
  title: ['沙箱收银机', 'Sandbox till'],
  noTill: ['还没有收银机', 'No till yet'],
  noTillHint: [
    '在后台「连接 · 收银机」登记一台，把编号和密钥填到这里',
    'Register one in the admin under Connections, then enter its id and key here',
  ],
  tillId: ['收银机编号', 'Till id'],
  key: ['密钥', 'Key'],
  storeCode: ['门店编码', 'Store code'],
  tillCode: ['机号', 'Till number'],
  connect: ['接入', 'Connect'],
  addTill: ['接入另一台', 'Connect another'],
  scan: ['扫会员码 / 券码 / 商品条码，或输手机号', 'Scan a member, coupon or product code, or type a phone'],
  receipt: ['小票', 'Receipt'],
  noMember: ['未识别会员', 'No member'],
  phoneOnly: ['仅积分（报号）', 'Points only (phone spoken)'],
  points: ['积分', 'Points'],
  coupons: ['会员的券', 'Coupons'],
  noCoupons: ['没有可出示的券', 'No coupons'],
  use: ['使用', 'Use'],
  used: ['已选', 'Chosen'],
  empty: ['扫商品，或点右边的按钮', 'Scan goods or tap a button'],
  total: ['合计', 'Total'],
  discount: ['优惠', 'Discount'],
  payable: ['应收', 'To pay'],
  earns: ['本单积分', 'Earns'],
  pay: ['收款', 'Take payment'],
  lockPay: ['锁券并收款', 'Lock coupon and pay'],
  confirm: ['收到 {amount}', 'Received {amount}'],
  cancel: ['取消交易', 'Cancel sale'],
  clear: ['清空', 'Clear'],
  locked: ['券已锁定，等待收款', 'Coupon is locked, waiting for payment'],
  done: ['交易完成', 'Sale completed'],
  earned: ['获得 {earned} 积分，余额 {balance}', 'Earned {earned} points, balance {balance}'],
  saved: ['券「{name}」已核销，优惠 {amount}', 'Coupon {name} redeemed, {amount} off'],
  next: ['下一单', 'Next sale'],
  goods: ['商品', 'Goods'],
  today: ['今日小票', 'Today’s receipts'],
  noReceipts: ['今天还没有小票', 'No receipts today'],
  return: ['整单退货', 'Return all'],
  returned: ['已退货，退款 {amount}', 'Returned, refund {amount}'],
  couponRestored: ['券已恢复', 'coupon restored'],
  couponLapsed: ['券已失效', 'coupon lapsed'],
  couponKept: ['券不恢复', 'coupon stays used'],
  nightFile: ['下载今日夜间销售文件', 'Download today’s sales file'],
  cash: ['现金', 'Cash'],
  wechatPay: ['微信支付', 'WeChat Pay'],
  alipay: ['支付宝', 'Alipay'],
  unknownCode: ['不认识的码', 'Unknown code'],
  switchLanguage: ['English', '中文'],
  isReturn: ['退', 'Return'],
  weighed: ['称好', 'Weighed'],
  kilograms: ['重量（kg）', 'Weight (kg)'],
}

let language = localStorage.getItem('zg-phone-language') ?? 'zh'

/** The language now: `zh` or `en`. */
export const currentLanguage = () => language

/** Changes the language and remembers it, for the phone too. */
export const setLanguage = next => {
  language = next
  localStorage.setItem('zg-phone-language', next)
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
}

/** A text in the present language, with {name} filled in. */
export const t = (key, values = {}) =>
  (words[key]?.[language === 'zh' ? 0 : 1] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))

/** One of two texts that the product gives. */
export const said = text => (text === undefined ? '' : (text[language] ?? text.zh ?? ''))
