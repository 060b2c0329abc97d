export const zh = {
  title: '好友送您一张券',
  until: '{when} 前可领取',
  take: '收下',
  taking: '领取中',
  taken: '已放进券包',
  see: '去券包看看',
  gone: '这张券已被领走或已退回',
  waiting: '等待好友领取',
}

export const en: typeof zh = {
  title: 'A gift for you',
  until: 'Can be taken until {when}',
  take: 'Take it',
  taking: 'Taking',
  taken: 'It is in your wallet',
  see: 'See my wallet',
  gone: 'It has been taken, or is back with its giver',
  waiting: 'Waits for your friend',
}
