import { existsSync, mkdirSync, openSync, closeSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { execFileSync, spawn } from 'node:child_process'
import type { Lifetime } from './lifetime.ts'

/** A process that was started here. */
export interface Running {
  readonly pid: number
  /** Fulfilled with the exit code (or the signal's name) when it has ended, by itself or not. */
  readonly exited: Promise<number | string>
  /** Asks it to end and waits; after `patience` ms it is killed. */
  stop(): Promise<void>
}

export interface Start {
  name: string
  file: string
  args: string[]
  /** Where its output goes; begun anew at each start. */
  log: string
  cwd?: string
  env?: Record<string, string>
  patience?: number
}

/**
 * Starts a long-running process in a session of its own, so that Ctrl-C reaches only the command that started it,
 * which then stops it in order. On Linux the kernel also ends it when the command is killed outright.
 */
export function start(lifetime: Lifetime, options: Start): Running {
  mkdirSync(path.dirname(options.log), { recursive: true })
  const output = openSync(options.log, 'w')
  const [file, args] = boundToParent(options.file, options.args)
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  const exited = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(signal ?? code ?? 0))
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.name} could not be started: ${options.file}`)
  const running = { pid, exited, stop: () => stopProcess(pid, exited, options.patience ?? 20_000) }
  lifetime.onEnd(options.name, running.stop)
  return running
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(file => existsSync(file))

function boundToParent(file: string, args: string[]): [string, string[]] {
  return setpriv ? [setpriv, ['--pdeathsig', 'TERM', '--', file, ...args]] : [file, args]
}

async function stopProcess(pid: number, exited: Promise<unknown>, patience: number): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGTERM')
  const timer = setTimeout(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }, patience)
  await exited
  clearTimeout(timer)
}

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The command line of a process, '' when there is none. Tells one of ours from a stranger who got the same id. */
export function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** Stops what an earlier command left behind when it was killed: the process of that id, if `mark` is in its command line. */
export async function stopLeftover(pid: number, mark: string): Promise<void> {
  const ours = (): boolean => isAlive(pid) && commandLine(pid).includes(mark)
  if (!ours()) return
  process.kill(pid, 'SIGTERM')
  for (let waited = 0; ours(); waited += 100) {
    if (waited > 30_000) process.kill(pid, 'SIGKILL')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
