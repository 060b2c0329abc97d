export const zh = {
  heir: '家庭钱包交给',
  nobody: '不交接，家庭解散',
  handed: '家庭钱包的 {points} 积分交给 {name}，由对方当户主',
  actHanded: '注销会员，钱包交给 {name}',
  noName: '未填姓名',
}

export const en: typeof zh = {
  heir: 'The household’s wallet goes to',
  nobody: 'Nobody, the household ends',
  handed: 'The {points} points of the household’s wallet go to {name}, who heads it from now on',
  actHanded: 'Close, {name} gets the wallet',
  noName: 'No name given',
}
