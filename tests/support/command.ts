import { spawn } from 'node:child_process'
import process from 'node:process'

/** Runs a command of scripts/ to its end; answers the exit code, all it printed, and its last line as JSON. */
export function runCommand(
  script: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string; last: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`scripts/${script}.ts`, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => {
      const line = output.trimEnd().split('\n').at(-1) ?? ''
      resolve({ code, output, last: line.startsWith('{') ? JSON.parse(line) : {} })
    })
  })
}
