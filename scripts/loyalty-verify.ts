import process from 'node:process'
import { openKernel } from '../server/kernel/kernel.ts'
import { configOrExit } from '../server/kernel/start.ts'
import { createModules } from '../server/modules.ts'
import { say } from './terminal.ts'

/** `npm run loyalty:verify`: derives every balance and tier from the entries; exit 0 only at zero differences. */
const config = configOrExit()
const { kernel, close } = openKernel(config, 'verify')
const started = performance.now()
try {
  const report = await createModules(kernel).points.verify(check => process.stderr.write(`· ${check}\n`))
  for (const { label, looked, different } of report.checks)
    console.log(`${different === 0 ? '✓' : '✗'} ${label.zh} · ${label.en}: ${looked} → ${different}`)
  for (const { check, subject, stored, derived } of report.differences)
    console.log(`  ${check} ${subject}: ${stored} ≠ ${derived}`)
  console.log(report.book.map(({ account, points }) => `${account} ${points}`).join(' · '))
  const different = report.checks.reduce((sum, check) => sum + check.different, 0)
  const balance = report.book.reduce((sum, { points }) => sum + points, 0)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(
    `差异 ${different},试算平衡 ${balance},${seconds} 秒`,
    `${different} differences, trial balance ${balance}, ${seconds} s`,
  )
  process.exitCode = different === 0 && balance === 0 ? 0 : 1
} finally {
  await close()
}
