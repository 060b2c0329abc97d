import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from '../services/index.ts'
import { tail } from '../services/instance.ts'
import { inLanes, runTool, type Tool, type Verdict } from './tool.ts'

const generated = [
  'server/kernel/db/tables.ts',
  'admin-web/src/api/operations.ts',
  'miniprogram/src/api/operations.ts',
  'till-client/src/operations.ts',
  'wechat-api-ts/REFERENCE.md',
]

const tools: Tool[] = [
  { name: 'types server', command: ['tsc', '-p', 'tsconfig.json', '--tsBuildInfoFile', '.local/tsc/test.tsbuildinfo'] },
  { name: 'types admin-web', command: ['vue-tsc', '-p', 'admin-web/tsconfig.json'] },
  { name: 'types miniprogram', command: ['tsc', '-p', 'miniprogram/tsconfig.json'] },
  { name: 'types miniprogram tools', command: ['tsc', '-p', 'miniprogram/tools/tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'lint templates', command: ['eslint', '--max-warnings', '0', 'admin-web/src'] },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'unused code (knip)', command: ['knip', '--no-progress'] },
  { name: 'lockfile', command: [process.execPath, 'scripts/lockfile.ts', '--check'] },
]

/** Everything that needs no server: types, lint, format, unused code, and that generated files are up to date. */
export async function staticChecks(signal: AbortSignal): Promise<Verdict[]> {
  const drift = await generatedFilesAreCurrent(signal)
  const there = tools.filter(tool => {
    const project = tool.command[tool.command.indexOf('-p') + 1]
    return !tool.command.includes('-p') || existsSync(path.join(root, project ?? ''))
  })
  const verdicts = await inLanes(
    2,
    there.map(tool => async () => told(await runTool(tool, signal))),
  )
  return [drift, ...verdicts]
}

/** Prints one line for a verdict, and what the tool said if it was not content. */
export function told(verdict: Verdict): Verdict {
  console.log(`${verdict.passed ? '✓' : '✗'} ${verdict.name} (${verdict.seconds.toFixed(1)} s)`)
  if (!verdict.passed) console.log(tail(verdict.output, 60).replaceAll(/^/gm, '    '))
  return verdict
}

async function generatedFilesAreCurrent(signal: AbortSignal): Promise<Verdict> {
  const before = generated.map(hash)
  const verdict = await runTool({ name: 'generated files', command: [process.execPath, 'scripts/gen.ts'] }, signal)
  const stale = generated.filter((file, index) => hash(file) !== before[index])
  if (stale.length === 0) return told(verdict)
  const output = `${verdict.output}\nnpm run gen has changed ${stale.join(', ')}: commit it`
  return told({ ...verdict, passed: false, output })
}

function hash(file: string): string {
  const full = path.join(root, file)
  return existsSync(full) ? createHash('sha256').update(readFileSync(full)).digest('hex') : ''
}
