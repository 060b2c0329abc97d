export const zh = {
  title: '待支付',
  empty: '没有待支付的款项',
  emptyText: '门店请您付款时，会出现在这里',
  pay: '支付 {amount}',
  paying: '正在支付',
  confirming: '已支付，正在确认到账',
  paid: '已支付',
  cancelled: '没有支付，随时可以回来付',
  failed: '支付没有完成：{why}',
  note: '款项由微信支付收取，退款原路退回。',
}

export const en: typeof zh = {
  title: 'To pay',
  empty: 'Nothing to pay',
  emptyText: 'What the shop asks you to pay is shown here',
  pay: 'Pay {amount}',
  paying: 'Paying',
  confirming: 'Paid; waiting for the confirmation',
  paid: 'Paid',
  cancelled: 'Not paid; you can come back to it',
  failed: 'The payment did not go through: {why}',
  note: 'Collected by WeChat Pay; refunds go back the same way.',
}
