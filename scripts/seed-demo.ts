import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { addDays } from '../prisma/seed/calendar.ts'
import type { FileEntry } from '../prisma/seed/files.ts'
import { shop, writeShop } from '../prisma/seed/shop.ts'
import { hireStaff } from './seed/staff.ts'
import { dropFiles, openSource, uploadFiles } from './seed/files.ts'
import { prepareCoupons } from './seed/coupons.ts'
import { pointsSettled, prepareDesk, prepareMarketing } from './seed/desk.ts'
import { followAll, layOutPhones } from './seed/people.ts'
import { prepareRewards } from './seed/rewards.ts'
import { prepareTiers } from './seed/tiers.ts'
import { prepareTills } from './seed/till.ts'
import { prepareWechat } from './seed/wechat.ts'

/** Fills a running shop (PUBLIC_URL, SANDBOX_URL) with a year of trade, through its own front doors; says how far it is. */
const need = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`${name} is needed`)
  return value
}
const server = need('PUBLIC_URL')
const sandbox = need('SANDBOX_URL')
const home = path.dirname(need('DATA_DIR'))
const small = process.argv.includes('--small')
const yesterday = addDays(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date()), -1)
const started = performance.now()
const tell = (text: string) => console.log(`${text} (${Math.round((performance.now() - started) / 1000)} s)`)

const folder = path.join(home, 'files')
mkdirSync(folder, { recursive: true })
tell('生成日终文件 · writing the ERP’s files')
const manifest = writeShop(folder, shop(yesterday, small))

tell('员工账号 · staff')
const first = /one-time password\s+(\S+)\s+(\S+)/.exec(readFileSync(path.join(home, 'logs', 'server.log'), 'utf8'))
const { boss, logins } = await hireStaff(server, { username: first?.[1] ?? 'owner', password: first?.[2] ?? '' })
writeFileSync(path.join(home, 'logins.json'), JSON.stringify(logins, null, 2))

// The demo's shop in its own name; the colour is the default, for owners to try another.
await boss.call('PUT', '/api/admin/brand', { name: '禾谷超市', colour: '#0e7a63', logo: null })
await boss.call('PUT', '/api/admin/brand/banner', {
  isOn: true,
  pictureId: null,
  text: { zh: '天天签到攒积分，连签有惊喜', en: 'Sign in daily: days in a row bring more points' },
  leadsTo: 'signIn',
  from: null,
  until: null,
})
const sourceId = await openSource(boss)
const filesOf = (...kinds: FileEntry['kind'][]) => manifest.files.filter(file => kinds.includes(file.kind))
await uploadFiles(boss, sourceId, folder, filesOf('stores', 'categories', 'products'))
tell('门店、商品 · stores and products')
await uploadFiles(boss, sourceId, folder, filesOf('cards'))
tell('会员卡 · member cards')
const nightly = filesOf('sales').filter(file => file.late !== true)
let told = -1
await dropFiles(boss, sourceId, { folder, dataFolder: need('DATA_DIR') }, nightly, done => {
  const percent = Math.round((done / nightly.length) * 100)
  if (percent > told) tell(`导入日终文件 … ${percent} % · importing the nights’ files`)
  told = Math.max(told, percent)
})
tell(`${manifest.totals.receipts} 张小票 · receipts`)

await pointsSettled(boss.call)
tell('积分到账 · points are in')

await prepareTiers(boss.call)
tell('会员等级 · tiers')

await layOutPhones(sandbox)
const phones = await followAll(server, sandbox, folder, small ? 12 : 60)
tell(`${phones.length} 位会员关注了公众号 · members follow`)
await prepareTills(boss.call, sandbox)
await prepareMarketing(boss.call)
const coupons = await prepareCoupons(boss, phones)
await prepareRewards(boss.call, phones, coupons)
await prepareWechat(boss.call)
await prepareDesk(boss.call, sandbox, phones)
tell('装好了 · done')
