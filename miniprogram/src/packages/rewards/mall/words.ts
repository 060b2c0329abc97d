export const zh = {
  title: '积分商城',
  points: '可用积分',
  unit: '积分',
  empty: '还没有可兑的商品',
  emptyText: '上新后会出现在这里',
  left: '剩 {count}',
}

export const en: typeof zh = {
  title: 'Points mall',
  points: 'Usable points',
  unit: 'points',
  empty: 'Nothing to exchange yet',
  emptyText: 'New things will appear here',
  left: '{count} left',
}
