export const zh = {
  give: '送给朋友',
  share: '发给朋友',
  giving: '赠送中，{when} 前朋友可以领取；没人领会自动退回',
  takeBack: '收回',
  tookBack: '券已回到券包',
  shareTitle: '送你一张券：{name}',
  offline: '无网络也可出示，以结账时为准',
  signedUntil: '屏幕已调亮；二维码无网络也能核销，{when} 前有效',
  signedOver: '二维码要联网更新，断网的收银机才能核销',
}

export const en: typeof zh = {
  give: 'Give it to a friend',
  share: 'Send it to a friend',
  giving: 'Being given: a friend can take it until {when}, or it comes back by itself',
  takeBack: 'Take it back',
  tookBack: 'It is back in your wallet',
  shareTitle: 'A coupon for you: {name}',
  offline: 'It can be shown without a network; the till has the last word',
  signedUntil: 'Screen is bright. The QR code works without a network until {when}',
  signedOver: 'Go online to renew the QR code for tills without a network',
}
