import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import type { Lifetime } from '../services/lifetime.ts'
import { commandLine } from '../services/process.ts'
import { Refusal } from '../terminal.ts'

/** Takes a folder of .local for this command alone; refuses while another living command of the same name has it. */
export function claim(lifetime: Lifetime, folder: string, script: string): void {
  const file = path.join(folder, 'owner.json')
  if (existsSync(file)) {
    const { pid }: { pid: number } = JSON.parse(readFileSync(file, 'utf8'))
    if (pid !== process.pid && commandLine(pid).includes(`scripts/${script}.ts`)) {
      throw new Refusal(
        `已在运行（进程 ${pid}），请先在其终端按 Ctrl-C · already running as process ${pid}: press Ctrl-C there first`,
      )
    }
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid }))
  lifetime.onEnd('owner', async () => rmSync(file, { force: true }))
}
