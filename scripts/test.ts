import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { staticChecks, told } from './checks/static.ts'
import { runSuite } from './checks/suite.ts'
import type { Verdict } from './checks/tool.ts'
import { checkBuilds } from './builds.ts'
import { dropTestDatabases } from './services/databases.ts'
import { openChromium, openServices, root } from './services/index.ts'
import { command } from './services/lifetime.ts'

/**
 * `npm test`: every check and every test; `npm test -- words` only the tests whose file name holds one of the words,
 * and no checks. The last line is `N passed, N failed`, which .ci/run repeats from .local/test/summary.txt.
 */
await command(async lifetime => {
  const filters = process.argv.slice(2)
  const whole = filters.length === 0
  mkdirSync(path.join(root, '.local/test'), { recursive: true })
  const services = await openServices(lifetime, { home: 'test', database: 'zg', durable: false })
  await dropTestDatabases(services.DATABASE_URL)
  const env: Record<string, string> = { ...services, CHROMIUM_PATH: await openChromium() }
  const verdicts: Verdict[] = whole ? await staticChecks(lifetime.signal) : []
  if (whole || filters.some(word => /e2e|admin|miniprogram/.test(word))) {
    verdicts.push(...(await checkBuilds(lifetime.signal)).map(told))
  }
  const suite = await runSuite(filters, env, lifetime.signal)
  const failed = [...verdicts.filter(({ passed }) => !passed).map(({ name }) => name), ...suite.names]
  if (failed.length > 0) console.log(`\n${failed.map(name => `✗ ${name}`).join('\n')}`)
  const passed = verdicts.length - verdicts.filter(verdict => !verdict.passed).length + suite.passed
  const summary = `${passed} passed, ${failed.length} failed`
  writeFileSync(path.join(root, '.local/test/summary.txt'), `${summary}\n`)
  console.log(`\n${summary}`)
  return failed.length > 0 ? 1 : 0
})
