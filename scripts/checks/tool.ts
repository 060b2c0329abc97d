import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { root } from '../services/index.ts'

/** One tool of a check: a program of node_modules/.bin with its arguments. */
export interface Tool {
  name: string
  command: [string, ...string[]]
  env?: Record<string, string>
  cwd?: string
}

/** What a tool said: its output and whether it was content. */
export interface Verdict {
  name: string
  passed: boolean
  output: string
  seconds: number
}

const patience = 12 * 60_000

/** Runs a tool to its end, at most 12 minutes; its output goes to .local/test/<name>.log. */
export async function runTool(tool: Tool, signal: AbortSignal): Promise<Verdict> {
  const started = performance.now()
  const log = path.join(root, '.local/test', `${tool.name.replaceAll(/\W+/g, '-')}.log`)
  mkdirSync(path.dirname(log), { recursive: true })
  const file = createWriteStream(log)
  const [program, ...args] = tool.command
  const code = await new Promise<number>(resolve => {
    const child = spawn(program, args, {
      cwd: tool.cwd ?? root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...tool.env },
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    })
    child.stdout.pipe(file, { end: false })
    child.stderr.pipe(file, { end: false })
    child.on('error', error => {
      file.write(`${String(error)}\n`)
      resolve(1)
    })
    child.on('close', exit => resolve(exit ?? 1))
  })
  await new Promise(resolve => file.end(resolve))
  const output = stripVTControlCharacters(readFileSync(log, 'utf8'))
  return { name: tool.name, passed: code === 0, output, seconds: (performance.now() - started) / 1000 }
}

/** Runs jobs at most `width` at a time, in order of the list. */
export async function inLanes<T>(width: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  const queue = [...jobs.entries()]
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await next[1]()
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}
