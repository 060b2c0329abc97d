import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { Refusal } from '../terminal.ts'
import type { Lifetime } from './lifetime.ts'
import { commandLine } from './process.ts'

/** Takes a folder of .local for this command alone; refuses while another living command has it. */
export function claim(lifetime: Lifetime, folder: string): void {
  const pid = ownerOf(folder)
  if (pid !== null) {
    throw new Refusal(
      `已在运行（进程 ${pid}），请先在其终端按 Ctrl-C · already running as process ${pid}: press Ctrl-C there first`,
    )
  }
  take(lifetime, folder)
}

/** Takes the folder, or while a living command has it, one beside it with a number: two test runs may stand side by side. */
export function claimOneOf(lifetime: Lifetime, folder: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? folder : `${folder}-${number}`
    if (ownerOf(candidate) !== null) continue
    take(lifetime, candidate)
    return candidate
  }
}

function take(lifetime: Lifetime, folder: string): void {
  const file = path.join(folder, 'owner.json')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify({ pid: process.pid }))
  lifetime.onEnd('owner', async () => rmSync(file, { force: true }))
}

/** The living command of this repository, other than this one, that has taken the folder. */
function ownerOf(folder: string): number | null {
  const file = path.join(folder, 'owner.json')
  if (!existsSync(file)) return null
  const { pid }: { pid: number } = JSON.parse(readFileSync(file, 'utf8'))
  return pid !== process.pid && /scripts\/\w+\.ts/.test(commandLine(pid)) ? pid : null
}
