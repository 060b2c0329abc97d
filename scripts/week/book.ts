/** What really happened, noted by the week itself: the product is asked about it only at the end. */
export interface Book {
  /** Texts that people wrote, each with a number of its own, by person. */
  readonly written: Map<string, string>
  /** Texts that agents answered, each with a number of its own. */
  readonly answered: Set<string>
  /** Campaigns by the serial that stands in their message. */
  readonly campaigns: { readonly serial: string; readonly route: 'template' | 'subscribe'; readonly id: string }[]
  /** Accepts of the subscribe pop-up. */
  accepts: number
  /** Answers that the product would not take, by its code. */
  readonly untaken: Map<string, number>
  /** Falls and restarts by what fell. */
  readonly falls: Map<string, number>
}

/** An empty book. */
export const openBook = (): Book => ({
  written: new Map(),
  answered: new Set(),
  campaigns: [],
  accepts: 0,
  untaken: new Map(),
  falls: new Map(),
})

/** Counts one more under a name. */
export const count = (map: Map<string, number>, name: string, more = 1): void => {
  map.set(name, (map.get(name) ?? 0) + more)
}
