export const zh = {
  title: '积分商城',
  points: '可用积分',
  guest: '开卡后即可用积分兑换',
  mine: '兑换记录',
  lottery: '抽奖',
  unit: '积分',
  empty: '还没有可兑的商品',
  emptyText: '上新后会出现在这里',
  left: '剩 {count}',
  refused: {
    notYet: '{time} 开始',
    over: '已结束',
    soldOut: '已兑完',
    limit: '已达限兑',
    tier: '{tier}专享',
    points: '还差 {points} 积分',
  },
}

export const en: typeof zh = {
  title: 'Points mall',
  points: 'Usable points',
  guest: 'Open a card to exchange points',
  mine: 'My exchanges',
  lottery: 'Lottery',
  unit: 'points',
  empty: 'Nothing to exchange yet',
  emptyText: 'New things will appear here',
  left: '{count} left',
  refused: {
    notYet: 'From {time}',
    over: 'Over',
    soldOut: 'None left',
    limit: 'Limit reached',
    tier: '{tier} only',
    points: '{points} points short',
  },
}
