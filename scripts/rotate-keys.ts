import process from 'node:process'
import { openDatabase } from '../server/kernel/db.ts'
import { resealAll } from '../server/kernel/db/reseal.ts'
import { configOrExit } from '../server/kernel/start.ts'
import { createVault } from '../server/kernel/vault.ts'

/** `npm run rotate-keys`: after a new key was added to VAULT_KEYS, seals all personal data with it. */
const config = configOrExit()
const database = openDatabase(config.DATABASE_URL)
const vault = createVault(config.VAULT_KEYS, config.VAULT_LOOKUP_KEY)
const done = await resealAll(database.db, vault, count => process.stdout.write(`\r${count}`))
console.log(`\r已用 ${vault.version} 重新加密 ${done} 项 / sealed ${done} values anew with ${vault.version}`)
await database.close()
