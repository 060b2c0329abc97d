import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from '../services/index.ts'

/** How many tests of the suite passed and failed, and the names of those that failed. */
export interface Count {
  passed: number
  failed: number
  names: string[]
}

interface Report {
  testResults: {
    name: string
    status: string
    message?: string
    assertionResults: { fullName: string; status: string }[]
  }[]
}

/**
 * Runs vitest, its output passed on, and counts. Where the shared data lies beside the repository a skipped test
 * counts as failed: it can only be one that did not find data it should have found.
 */
export async function runSuite(filters: string[], env: Record<string, string>, signal: AbortSignal): Promise<Count> {
  const file = path.join(root, '.local/test/vitest.json')
  rmSync(file, { force: true })
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]
  const code = await new Promise<number>(resolve => {
    const child = spawn('vitest', args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env },
      signal: AbortSignal.any([signal, AbortSignal.timeout(60 * 60_000)]),
    })
    child.on('error', () => resolve(1))
    child.on('close', exit => resolve(exit ?? 1))
  })
  if (!existsSync(file)) return { passed: 0, failed: 1, names: ['vitest did not report'] }
  const skipFails = filters.length === 0 && existsSync(path.join(root, '../shared/data'))
  const count = countOf(JSON.parse(readFileSync(file, 'utf8')), skipFails)
  // Errors outside of any test (a rejected promise, a worker that died) fail the run without failing a test.
  if (code !== 0 && count.failed === 0) return { ...count, failed: 1, names: ['vitest ended with an error'] }
  return count
}

function countOf({ testResults }: Report, skipFails: boolean): Count {
  const names: string[] = []
  let passed = 0
  for (const { name, status, assertionResults } of testResults) {
    const file = path.relative(root, name)
    const bad = assertionResults.filter(test => test.status === 'failed' || (skipFails && test.status !== 'passed'))
    passed += assertionResults.filter(test => test.status === 'passed').length
    names.push(...bad.map(test => `${file} > ${test.fullName}${test.status === 'failed' ? '' : ' (skipped)'}`))
    if (status === 'failed' && bad.length === 0) names.push(`${file} (did not run)`)
  }
  return { passed, failed: names.length, names }
}
