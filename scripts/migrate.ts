import path from 'node:path'
import process from 'node:process'
import { migrate } from '../server/kernel/db/migrate.ts'
import { command } from './services/lifetime.ts'
import { root } from './services/index.ts'
import { Refusal, say } from './terminal.ts'

/** `npm run migrate`: brings the database of DATABASE_URL up to date with prisma/migrations. */
await command(async () => {
  const url = process.env['DATABASE_URL']
  if (!url) throw new Refusal('请设置 DATABASE_URL · set DATABASE_URL, e.g. mysql://user:password@host:3306/zhanggui')
  const applied = await migrate(url, path.join(root, 'prisma/migrations'))
  for (const name of applied) console.log(`  ${name}`)
  say(`已应用 ${applied.length} 个迁移`, `${applied.length} migrations applied`)
  return 0
})
