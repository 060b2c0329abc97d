export const zh = {
  title: '常购门店',
  choose: '选择门店',
  lead: '选一家常去的店，它会显示在会员卡上',
  empty: '还没有门店',
  emptyText: '门店开张后会列在这里',
}

export const en: typeof zh = {
  title: 'My store',
  choose: 'Choose a store',
  lead: 'The one you go to; your card shows it',
  empty: 'No stores yet',
  emptyText: 'Stores are listed here once they open',
}
