import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { xlsxOf } from '../server/kernel/sheet.ts'
import { print } from './figure.ts'
import { loadTables } from './lists/fill.ts'
import { cardOf, memberTables, pointsOf, STORES, storeOf } from './opening/members.ts'
import type { Outcome } from './opening/run.ts'
import { openShop } from './shop.ts'

/**
 * `npm run bench -- opening [MEMBERS]`: the opening points of 600,000 members from one workbook, through the importer and into the
 * ledger, and the proof of it compared with sums made here, in all and by store.
 */
const members = Number(process.argv[2] ?? 600_000)
const shop = await openShop()
const scratch = mkdtempSync(path.join(os.tmpdir(), 'zg-bench-opening-'))
try {
  await loadTables(shop.env['DATABASE_URL'] ?? '', memberTables(members))
  const all = Array.from({ length: members }, (_, n) => n)
  writeFileSync(
    path.join(scratch, 'opening.xlsx'),
    xlsxOf([['卡号', '积分余额', '到期日期'], ...all.map(n => [cardOf(n), String(pointsOf(n)), '2027-12-31'])]),
  )
  // The flags are those of start:jobs in package.json.
  const child = spawn(
    process.execPath,
    [
      '--max-semi-space-size=16',
      '--heap-growing-percent=100',
      path.join(import.meta.dirname, 'opening/run.ts'),
      scratch,
    ],
    { env: { ...process.env, ...shop.env, LOG_LEVEL: 'error' }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  child.stdout.on('data', piece => (said += String(piece)))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the import ended with ${code}: ${said}`)
  const { seconds, peak, proof, differences } = JSON.parse(said) as Outcome
  print({ figure: `opening points of ${members} members`, value: seconds, unit: 's' })
  print({ figure: 'opening.members', value: members / seconds, unit: 'members/s' })
  print({ figure: 'opening.peakMemory', value: peak, unit: 'MB' })
  const total = all.reduce((sum, n) => sum + pointsOf(n), 0)
  const wrong = STORES.filter((store, s) => {
    const stated = all.filter(n => storeOf(n) === s).reduce((sum, n) => sum + pointsOf(n), 0)
    const proven = proof.stores.find(one => one.storeCode === store)
    return proven?.stated !== stated || proven.ledger !== stated || proven.difference !== 0
  })
  print({ figure: 'points stated by the file', value: total, unit: 'points', beside: proof.ledger })
  print({ figure: 'opening.difference', value: total - proof.ledger, unit: 'points' })
  print({ figure: 'stores that differ', value: wrong.length, unit: 'stores', beside: STORES.length })
  print({ figure: 'differences of the whole ledger', value: differences, unit: '' })
  if (total !== proof.ledger || wrong.length + differences > 0) process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
  await shop.close()
}
