import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { chooseAddresses, demoEnvironment } from '../../scripts/demo/environment.ts'
import { startProcesses } from '../../scripts/demo/processes.ts'
import { seedOnce } from '../../scripts/demo/seed.ts'
import { recreateDatabase } from '../../scripts/services/databases.ts'
import { root } from '../../scripts/services/index.ts'
import { command } from '../../scripts/services/lifetime.ts'
import { migrate } from '../../server/kernel/db/migrate.ts'

// The demo with a small shop, in processes of its own, from an empty database until it stands; says what is in it.
await command(async lifetime => {
  const services = { DATABASE_URL: process.env['DATABASE_URL'] ?? '', REDIS_URL: process.env['REDIS_URL'] ?? '' }
  const home = mkdtempSync(path.join(os.tmpdir(), 'zg-small-demo-'))
  lifetime.onEnd('files', async () => rmSync(home, { recursive: true, force: true }))
  await recreateDatabase(services.DATABASE_URL)
  await migrate(services.DATABASE_URL, path.join(root, 'prisma/migrations'))
  const addresses = await chooseAddresses()
  const env = {
    ...demoEnvironment(home, services, addresses),
    REDIS_PREFIX: process.env['REDIS_PREFIX'] ?? '',
    LOG_LEVEL: 'warn',
  }
  await startProcesses(lifetime, home, env, addresses)
  await seedOnce(lifetime, home, env, ['--small'])
  const connection = await createConnection(services.DATABASE_URL)
  const count = async (what: string): Promise<number> => {
    const [[row]] = await connection.query<RowDataPacket[]>(`SELECT COUNT(*) AS n FROM ${what}`)
    return Number(row?.['n'])
  }
  const stands = {
    receipts: await count('sales_document'),
    members: await count('member'),
    followers: await count('wechat_follower'),
    kinds: await count('(SELECT DISTINCT kind FROM coupon_template) AS kinds'),
    offers: await count(`coupon_offer WHERE state = 'open'`),
    claimed: await count(`coupon WHERE issueKey LIKE 'claim:%'`),
    codes: (await count('coupon_public_code')) + (await count('coupon_pool_code')),
    tickets: await count('ticket'),
    tiers: await count('tier_member'),
    products: await count(`reward_product WHERE state = 'on'`),
    exchanged: await count('reward_order'),
    lotteries: await count(`lottery WHERE state = 'published'`),
    signedIn: await count('sign_in_day'),
    surveys: await count(`survey WHERE state = 'open'`),
    replies: await count(`wechat_reply_rule WHERE kind = 'text'`),
    channelCodes: await count('wechat_code'),
    tills: await count('till'),
  }
  await connection.end()
  process.stdout.write(`${JSON.stringify(stands)}\n`)
  return 0
})
