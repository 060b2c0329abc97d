/** So long the answers to a piece are waited for together; who is later is waited for aside. */
const PROMPT_MS = 400
/** So many are waited for aside at most: after a fall they are as unknown as what is under way. */
const MOST = 50

/** Answers that hold nobody up: one that is slow is written down when it comes, and its lane goes on. */
export interface LateAnswers<T> {
  /** The answers that come soon; the others are written down later, those of one call together. */
  prompt(asked: readonly Promise<T>[]): Promise<T[]>
  /** Waits until the last has come and is written down; fails when one could not be. */
  end(): Promise<void>
}

/** Keeps the late answers of one run; `write` says what became of them. */
export function lateAnswers<T>(write: (answers: readonly T[]) => Promise<void>): LateAnswers<T> {
  const open: Promise<void>[] = []
  let waiting = 0

  return {
    async prompt(asked) {
      const come = new Map<number, T>()
      const all = Promise.all(asked.map(async (one, i) => void come.set(i, await one)))
      let timer: NodeJS.Timeout | undefined
      const soon = new Promise<void>(resolve => (timer = setTimeout(resolve, PROMPT_MS)))
      await Promise.race([all, soon]).finally(() => clearTimeout(timer))
      const slow = asked.filter((_, i) => !come.has(i))
      if (slow.length > 0 && waiting + slow.length <= MOST) {
        waiting += slow.length
        const written = Promise.all(slow)
          .then(write)
          .finally(() => (waiting -= slow.length))
        // Whoever waits for the end is told.
        written.catch(() => undefined)
        all.catch(() => undefined)
        open.push(written)
      } else await all
      return [...come.values()]
    },
    async end() {
      const ended = await Promise.allSettled(open)
      for (const one of ended) if (one.status === 'rejected') throw one.reason
    },
  }
}
