export const zh = {
  title: '兑换与奖品',
  all: '全部',
  won: '我的奖品',
  empty: '还没有兑换',
  emptyText: '去积分商城看看',
  emptyWon: '还没有中奖的实物',
  go: '去兑换',
  points: '{points} 积分',
  prize: '抽奖奖品',
  guest: '开卡后，兑换和奖品会出现在这里',
}

export const en: typeof zh = {
  title: 'Exchanges and prizes',
  all: 'All',
  won: 'Prizes',
  empty: 'Nothing exchanged yet',
  emptyText: 'See what the mall has',
  emptyWon: 'No goods won yet',
  go: 'To the mall',
  points: '{points} points',
  prize: 'Lottery prize',
  guest: 'Open a card, and your exchanges appear here',
}
