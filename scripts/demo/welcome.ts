import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Addresses } from './environment.ts'
import { logOf } from './processes.ts'

/** An account of the demo, as scripts/seed-demo.ts leaves it in .local/demo/logins.json. */
interface Login {
  role: string
  username: string
  password: string
}

/** Prints where everything is, who can log in, and three things to try. */
export function welcome(home: string, { server, sandbox }: Addresses, seconds: number): void {
  const logins = loginsOf(home)
  console.log(`
────────────────────────────────────────────────────────────────────────
  掌柜已开门 · the shop is open                              ${seconds.toFixed(1)} s

  管理后台 · admin            ${server}/
  顾客手机 · a shopper's phone ${sandbox}/
  小程序 · mini-program       ${server}/m/   （从手机里打开 · opened from the phone）
  接口文档 · API              ${server}/docs

  登录 · log in
${logins.map(({ role, username, password }) => `    ${username.padEnd(12)} ${password.padEnd(20)} ${role}`).join('\n')}

  试三件事 · three things to try
  1. 在手机上关注公众号，点「会员码」开卡
     Follow the account on the phone, tap 会员码 and enrol
  2. 在后台圈一个人群，发一张券，看它静静地到了券包
     Build a segment in the admin, send a coupon, watch it land in the wallet
  3. 在手机上给公众号留言，到后台的工单里回复
     Write to the account on the phone and answer it from the desk

  Ctrl-C 停止一切 · stops everything      重新开始 · start over: npm run demo -- --fresh
  日志 · logs: .local/demo/logs/
────────────────────────────────────────────────────────────────────────`)
}

function loginsOf(home: string): Login[] {
  const file = path.join(home, 'logins.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const found = /\n {2}(\S+) {2}(\S+)\n/.exec(logOf(path.join(home, 'logs'), 'server'))
  return found
    ? [{ role: '店主 · owner（一次性密码 · one-time password）', username: found[1] ?? '', password: found[2] ?? '' }]
    : []
}
