import process from 'node:process'

/** Whether lines can be overwritten, i.e. a person looks on. */
const live = process.stdout.isTTY

/** One line for the person at the terminal, Chinese first. */
export function say(zh: string, en: string): void {
  console.log(`${zh} · ${en}`)
}

/** Tells how far a step is; on a terminal each call replaces the line before, elsewhere at most one line in ten seconds. */
export type Progress = (text: string) => void

/** Runs one step under a title and prints how long it took; an error passes through after the title is marked ✗. */
export async function step<T>(zh: string, en: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const title = `${zh} · ${en}`
  const started = performance.now()
  let shown = started
  if (live) process.stdout.write(`→ ${title}`)
  else console.log(`→ ${title}`)
  const progress: Progress = text => {
    if (live) {
      const room = Math.max(20, (process.stdout.columns || 80) - title.length - 12)
      process.stdout.write(`\r\x1b[K→ ${title}  ${text.slice(0, room)}`)
    } else if (performance.now() - shown > 10_000) {
      shown = performance.now()
      console.log(`  ${text}`)
    }
  }
  const clear = live ? '\r\x1b[K' : ''
  try {
    const result = await work(progress)
    console.log(`${clear}✓ ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
    return result
  } catch (error) {
    console.log(`${clear}✗ ${title}`)
    throw error
  }
}

/** A problem that the person at the terminal can solve; printed without a stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
