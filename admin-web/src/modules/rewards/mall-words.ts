import type { Words } from '../../ui/words-type.ts'

export const zh = {
  state: { draft: '草稿', on: '已上架', off: '已下架' },
  list: {
    search: '商品名称',
    name: '商品',
    price: '所需积分',
    stock: '已兑 / 库存',
    state: '状态',
    created: '创建',
    empty: '积分商城还没有商品',
    emptyHint: '上架商品或券，会员就能用积分兑换',
  },
}

export const en: Words<typeof zh> = {
  state: { draft: 'Draft', on: 'On', off: 'Off' },
  list: {
    search: 'Product name',
    name: 'Product',
    price: 'Points',
    stock: 'Taken / stock',
    state: 'State',
    created: 'Created',
    empty: 'The points mall is empty',
    emptyHint: 'Put up products or coupons, and members can have them for points',
  },
}
