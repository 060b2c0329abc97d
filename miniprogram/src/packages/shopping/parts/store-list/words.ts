export const zh = {
  byName: '按店名排列',
  sort: '按距离排序',
  sorted: '由近到远；位置只在手机上用一次，不上传、不保存',
  refused: '没有位置权限，按店名排列。',
  settings: '去设置',
  more: '查看全部门店',
  chosen: '常购',
  resting: '装修停业中',
  restingUntil: '装修停业至 {day}',
}

export const en: typeof zh = {
  byName: 'By name',
  sort: 'Sort by distance',
  sorted: 'Nearest first; your place was used on this phone only, not sent and not kept',
  refused: 'No permission for your place: by name. ',
  settings: 'Settings',
  more: 'Show all stores',
  chosen: 'Mine',
  resting: 'Closed for a refit',
  restingUntil: 'Closed for a refit until {day}',
}
