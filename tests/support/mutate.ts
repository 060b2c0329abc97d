import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { mutations } from '../mutations/index.ts'

// Takes one guard after another away and expects its test to fail. Needs DATABASE_URL and REDIS_URL, as the tests do.
const root = path.join(import.meta.dirname, '../..')
// Each playing has a copy of its own, so that two may play at once.
const copy = path.join(root, `.local/mutant-${process.pid}`)
const parts = [
  'server',
  'jobs',
  'sandbox',
  'prisma',
  'scripts',
  'tests',
  'miniprogram',
  'till-client',
  'wechat-api-ts',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
]

rmSync(copy, { recursive: true, force: true })
mkdirSync(path.join(copy, 'node_modules'), { recursive: true })
for (const part of parts)
  cpSync(path.join(root, part), path.join(copy, part), {
    recursive: true,
    filter: from => !from.includes('node_modules'),
  })
// The copy's own packages are its own; all others are those of the house.
for (const name of readdirSync(path.join(root, 'node_modules'))) {
  const own = parts.includes(name) ? copy : path.join(root, 'node_modules')
  symlinkSync(path.join(own, name), path.join(copy, 'node_modules', name))
}

const word = process.argv[2] ?? ''
const survivors: string[] = []
for (const { guard, file, find, replace, test, name } of mutations.filter(one =>
  `${one.guard} ${one.file}`.includes(word),
)) {
  const target = path.join(copy, file)
  const before = readFileSync(target, 'utf8')
  if (!before.includes(find)) throw new Error(`${guard}: ${file} no longer holds\n${find}`)
  writeFileSync(target, before.replace(find, replace))
  const run = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'node', test, '-t', name],
    {
      cwd: copy,
      stdio: 'ignore',
    },
  )
  writeFileSync(target, before)
  const noticed = run.status !== 0
  if (!noticed) survivors.push(guard)
  console.log(`${noticed ? '✓ noticed' : '✗ NOT noticed'}  ${guard}`)
}
rmSync(copy, { recursive: true, force: true })
process.exitCode = survivors.length === 0 ? 0 : 1
