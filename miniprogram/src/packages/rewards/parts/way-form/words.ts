export const zh = {
  way: '领取方式',
  pickUp: '门店自提',
  ship: '邮寄到家',
  store: '自提门店',
  choose: '请选择',
  name: '收货人',
  nameHint: '姓名',
  phone: '手机号',
  phoneHint: '11 位手机号',
  place: '地址',
  placeHint: '省市区、街道、门牌号',
  sealed: '收货信息只用于寄送，加密保存',
}

export const en: typeof zh = {
  way: 'How to get it',
  pickUp: 'Pick up at a store',
  ship: 'By post',
  store: 'Store',
  choose: 'Choose',
  name: 'Name',
  nameHint: 'Who receives it',
  phone: 'Phone',
  phoneHint: '11 digits',
  place: 'Address',
  placeHint: 'Province, city, street, number',
  sealed: 'Used for sending only, kept encrypted',
}
