import { readFileSync } from 'node:fs'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { tail } from './instance.ts'
import type { Running } from './process.ts'

/** A process that may be killed and started anew. */
export interface Killable {
  start(faultPoints?: string): void
  /** kill −9, and waits until it is gone. */
  kill(): Promise<void>
  isRunning(): boolean
  /** Throws, with the end of its log, when it has ended by itself. */
  check(): void
  /** How often it has fallen, by our hand or at a fault point. */
  falls(): number
}

/** A process of the product: `open` starts it with the fault points it shall fall at, `logOf` says where its n-th life is told. */
export function killable(
  name: string,
  logOf: (n: number) => string,
  open: (n: number, faultPoints: string) => Running,
): Killable {
  let running: Running | undefined
  let started = 0
  let falls = 0
  let crash: string | undefined
  return {
    start: (faultPoints = '') => {
      const n = ++started
      const opened = open(n, faultPoints)
      running = opened
      void opened.exited.then(code => {
        if (running === opened) running = undefined
        if (code === 'SIGKILL') falls++
        else crash = `the ${name} process ended by itself (${code}):\n${tail(readFileSync(logOf(n), 'utf8'))}`
      })
    },
    kill: async () => {
      const dying = running
      if (dying === undefined) return
      process.kill(dying.pid, 'SIGKILL')
      await dying.exited
      await wait(0)
    },
    isRunning: () => running !== undefined,
    check: () => {
      if (crash !== undefined) throw new Error(crash)
    },
    falls: () => falls,
  }
}

/** Waits until an address answers at all; throws with the end of the log when the process has ended instead. */
export async function answers(url: string, running: Pick<Running, 'exited'>, log: string): Promise<void> {
  let ended: number | string | undefined
  void running.exited.then(code => (ended = code))
  for (let waited = 0; ; waited += 100) {
    try {
      await fetch(url)
      return
    } catch (error) {
      if (ended !== undefined || waited > 60_000)
        throw new Error(`${url} does not answer:\n${tail(readFileSync(log, 'utf8'))}`, { cause: error })
      await wait(100)
    }
  }
}
