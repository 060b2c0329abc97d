import type { Words } from '../../ui/words-type.ts'

export const zh = {
  list: {
    title: '小票',
    about: '收银实时上传和 ERP 文件带来的销售单，同一张只有一份',
    search: '小票号',
    till: '收银机',
    member: '会员',
    buyer: '顾客',
    byMember: '会员',
    byGuest: '非会员',
  },
}

export const en: Words<typeof zh> = {
  list: {
    title: 'Receipts',
    about: 'Sales documents from tills and ERP files; each is there once',
    search: 'Receipt number',
    till: 'Till',
    member: 'Member',
    buyer: 'Buyer',
    byMember: 'Member',
    byGuest: 'Guest',
  },
}
