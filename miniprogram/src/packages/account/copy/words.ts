export const zh = {
  title: '我的信息副本',
  lead: '您可以索取本店保存的、关于您的全部信息：资料、同意记录、小票、积分、券、等级和工单。',
  ask: '索取副本',
  asked: '已受理，最迟 {day} 前备好，通常几分钟',
  ready: '已备好，保留 7 天',
  read: '查看',
  copy: '复制 JSON',
  none: '还没有索取过',
  mine: '我的请求',
  kinds: { export: '信息副本', erasure: '删除' },
  states: { waiting: '准备中', ready: '可领取', done: '已结束' },
}

export const en: typeof zh = {
  title: 'A copy of my data',
  lead: 'You may have all that we keep of you: profile, consents, receipts, points, coupons, tiers and tickets.',
  ask: 'Ask for a copy',
  asked: 'Under way: ready by {day} at the latest, mostly within minutes',
  ready: 'Ready; kept for 7 days',
  read: 'Read',
  copy: 'Copy JSON',
  none: 'Nothing asked for yet',
  mine: 'My requests',
  kinds: { export: 'Copy of data', erasure: 'Erasure' },
  states: { waiting: 'Being prepared', ready: 'Ready', done: 'Ended' },
}
