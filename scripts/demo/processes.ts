import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { root } from '../services/index.ts'
import { tail } from '../services/instance.ts'
import type { Lifetime } from '../services/lifetime.ts'
import { start, type Running } from '../services/process.ts'
import { Refusal } from '../terminal.ts'
import type { Addresses } from './environment.ts'

/** The product's two processes and the sandbox, each with its log in .local/<home>/logs. */
export interface DemoProcesses {
  /** Fulfilled with the name of the first process that ended by itself. */
  readonly firstEnd: Promise<string>
  /** The process id of each. */
  readonly pids: { readonly sandbox: number; readonly server: number; readonly jobs: number }
}

/** Starts server, jobs and sandbox and waits until the server and the sandbox answer. */
export async function startProcesses(
  lifetime: Lifetime,
  home: string,
  env: Record<string, string>,
  { server, sandbox }: Addresses,
): Promise<DemoProcesses> {
  const logs = path.join(home, 'logs')
  const launch = (name: string, script: string, flags: readonly string[] = []): Running =>
    start(lifetime, {
      name,
      file: process.execPath,
      args: [...flags, path.join(root, script)],
      cwd: root,
      env,
      log: path.join(logs, `${name}.log`),
    })
  const running = {
    sandbox: launch('sandbox', 'sandbox/main.ts'),
    server: launch('server', 'server/main.ts'),
    // As in start:jobs: a small nursery and a heap that grows by its own size at most keep an import under 300 MB.
    jobs: launch('jobs', 'jobs/main.ts', ['--max-semi-space-size=16', '--heap-growing-percent=100']),
  }
  const ends = Object.entries(running).map(async ([name, { exited }]) => {
    await exited
    return name
  })
  const firstEnd = Promise.race(ends)
  await Promise.all(
    [`${server}/openapi.json`, `${sandbox}/`].map(async url => {
      const failed = await Promise.race([answers(url), firstEnd])
      if (failed !== undefined) throw new Refusal(`${failed}:\n${tail(logOf(logs, failed), 30)}`)
    }),
  )
  const { sandbox: sim, server: web, jobs } = running
  return { firstEnd, pids: { sandbox: sim.pid, server: web.pid, jobs: jobs.pid } }
}

/** The log of one of the demo's processes. */
export function logOf(logs: string, name: string): string {
  const file = path.join(logs, `${name}.log`)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Waits up to five minutes (a busy machine starts slowly) until an address gives any answer; undefined when it did, its name when it never does. */
async function answers(url: string): Promise<string | undefined> {
  for (const deadline = performance.now() + 300_000; performance.now() < deadline;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(5000) })
      return undefined
    } catch {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  return url
}
