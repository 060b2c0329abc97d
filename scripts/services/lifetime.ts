import process from 'node:process'
import { Refusal, say } from '../terminal.ts'

/** What a command has started, to be stopped with it. */
export interface Lifetime {
  /** Registers how one thing is stopped; the last started is stopped first. */
  onEnd(name: string, stop: () => Promise<void>): void
  /** Stops everything, once; later calls wait for the same end. */
  end(): Promise<void>
  /** Aborted as soon as the end begins. */
  readonly signal: AbortSignal
}

/**
 * Runs a command to its end and leaves with the exit code it answers. Ctrl-C, SIGTERM, a closed terminal, the death of
 * the parent and an error all stop whatever was registered, and nothing else.
 */
export async function command(work: (lifetime: Lifetime) => Promise<number>): Promise<never> {
  const stops: { name: string; stop: () => Promise<void> }[] = []
  const ending = new AbortController()
  let ended: Promise<void> | undefined
  const end = (): Promise<void> => {
    ending.abort()
    ended ??= (async () => {
      for (const { name, stop } of stops.toReversed()) {
        await stop().catch((error: unknown) => console.error(`${name}: ${String(error)}`))
      }
    })()
    return ended
  }
  const leave = (code: number): void => void end().then(() => process.exit(code))
  process.on('SIGINT', () => {
    if (!ending.signal.aborted && process.stdout.isTTY) say('\n正在停止…', 'stopping…')
    leave(130)
  })
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(143))
  process.on('disconnect', () => leave(143))
  process.channel?.unref()
  let code = 1
  try {
    code = await work({ onEnd: (name, stop) => stops.push({ name, stop }), end, signal: ending.signal })
  } catch (error) {
    if (ending.signal.aborted) code = 130
    else console.error(error instanceof Refusal ? `\n✗ ${error.message}` : error)
  }
  await end()
  return process.exit(code)
}
