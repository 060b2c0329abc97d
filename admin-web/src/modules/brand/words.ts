import type { Words } from '../../ui/words-type.ts'

export const zh = {
  title: '店铺形象',
  about: '店名、颜色和标志，用在后台、登录页和小程序',
  save: '保存',
  saved: '已保存，小程序下次打开时生效',
  name: '店名',
  nameHint: '显示在小程序开卡页、「我的」和后台左上角',
  namePlaceholder: '如 禾谷超市',
  colour: '主题色',
  colourHint: '用于小程序的会员码页、按钮和链接；颜色要够深，白字才看得清',
  ownColour: '自选颜色',
  logo: '标志',
  logoHint: 'PNG、JPEG 或 WebP，方形最好；会自动缩小。不传则用店名首字',
  logoPick: '选择图片',
  logoOther: '换一张',
  logoGone: '移除',
  logoBroken: '{name} 不是能打开的图片，请换一张',
  preview: {
    about: '小程序会员码页的样子',
    refresh: '点击刷新',
    join: '免费开卡',
  },
}

export const en: Words<typeof zh> = {
  title: 'Look of the shop',
  about: 'Name, colour and logo, used in the admin, on the log-in page and in the mini-program',
  save: 'Save',
  saved: 'Saved; the mini-program shows it the next time it is opened',
  name: 'Shop name',
  nameHint: 'Shown where shoppers open their card, under “Me”, and at the top left of the admin',
  namePlaceholder: 'e.g. Hegu Market',
  colour: 'Colour',
  colourHint: 'For the member code page, buttons and links; dark enough for white writing',
  ownColour: 'A colour of your own',
  logo: 'Logo',
  logoHint:
    'PNG, JPEG or WebP, best square; it is made smaller for you. Without one the name’s first character stands in',
  logoPick: 'Choose a picture',
  logoOther: 'Choose another',
  logoGone: 'Remove',
  logoBroken: '{name} is not a picture that can be opened; choose another',
  preview: {
    about: 'The member code page of the mini-program',
    refresh: 'Tap to refresh',
    join: 'Open a free card',
  },
}
