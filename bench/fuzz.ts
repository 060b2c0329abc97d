import process from 'node:process'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { print } from './figure.ts'
import { codecLaws, doorLaws, strangeAtDoor } from './fuzz/laws.ts'
import { account } from './intake/pushes.ts'
import { answers, openShop } from './shop.ts'

// Bodies, signatures, ciphertexts, nested XML and wrong types by chance: never a crash, never an acceptance. First at the
// codec, then at the door of a shop with its real store, in which nothing forged may be found. A failure prints the seed
// and the smallest counterexample.
const codecCases = Number(process.argv[2] ?? 100_000)
const doorCases = Math.ceil(codecCases / 5)

const timed = async (figure: string, cases: number, run: () => unknown): Promise<void> => {
  const started = performance.now()
  await run()
  print({
    figure,
    value: cases,
    unit: `cases, none let in, none fell, ${((performance.now() - started) / 1000).toFixed(0)} s`,
  })
}
await timed('fuzz.codec', codecCases, () => codecLaws(codecCases))

const shop = await openShop([account])
const server = await shop.start('server/main.ts', () => answers(`${shop.url}/openapi.json`), { LOG_LEVEL: 'error' })
const connection = await createConnection({ uri: shop.env['DATABASE_URL'] ?? '' })
const stored = async (): Promise<unknown> => {
  const [[row]] = await connection.query<RowDataPacket[]>('SELECT COUNT(*) AS stored FROM wechat_inbound')
  return row?.['stored']
}
const door = `${shop.url}/wechat/${account.appId}`
await timed('fuzz.door', doorCases, () => doorLaws(door, doorCases))
const kept = await stored()
if (kept !== 0) throw new Error(`${String(kept)} forged pushes were stored`)
await timed('fuzz.strange', doorCases / 4, () => strangeAtDoor(door, doorCases / 4))
if (server.exitCode !== null) throw new Error('the server has fallen')
print({ figure: 'fuzz.stored', value: 0, unit: 'forged pushes found in the store' })
await connection.end()
await shop.close()
