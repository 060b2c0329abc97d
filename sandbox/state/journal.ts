/** One exchange, as it went over the wire. */
export interface JournalEntry {
  seq: number
  /** Unix milliseconds of the sandbox's clock. */
  at: number
  /** `api` the product called us · `push` we called the product · `pay` either way of the payment twin · `sms` · `till`. */
  kind: 'api' | 'push' | 'pay' | 'sms' | 'till'
  appId: string
  path: string
  /** Body or query as sent; secrets and tokens are left out. */
  request: string
  /** Body as answered; '' when the connection was dropped. */
  response: string
  /** HTTP status; 0 = no answer. */
  status: number
  ms: number
  /** For pushes the number of the delivery, from 1. */
  attempt?: number
  /** For pushes: text as it was before encryption. */
  plain?: string
  /** The fault rule that struck, or for a push what was wrong with the answer. */
  fault?: string
}

/** What to look for; all given conditions must hold. */
export interface JournalQuery {
  kind?: string
  appId?: string
  path?: string
  /** Somewhere in request, plain or response. */
  contains?: string
  /** Only what went wrong: no answer, a status of 400 or more, an errcode, a fault, a wrong passive reply. */
  failed?: boolean
  after: number
  limit: number
}

/** A bounded record of everything that went in and out. */
export interface Journal {
  write: (entry: Omit<JournalEntry, 'seq'>) => void
  read: (query: JournalQuery) => { entries: JournalEntry[]; next: number | null }
  /** The last entries that are wanted, newest first; with `before` those that are older than it. */
  newest: (count: number, query?: Omit<JournalQuery, 'limit' | 'after'> & { before?: number }) => JournalEntry[]
  count: (query: Omit<JournalQuery, 'limit'>) => number
  clear: () => void
  size: () => number
}

const wentWrong = ({ status, response, fault }: JournalEntry): boolean =>
  status === 0 || status >= 400 || fault !== undefined || /"errcode":-?[1-9]/.test(response)

const matches = (entry: JournalEntry, query: Omit<JournalQuery, 'limit' | 'after'>): boolean =>
  (query.failed !== true || wentWrong(entry)) &&
  (query.kind === undefined || entry.kind === query.kind) &&
  (query.appId === undefined || entry.appId === query.appId) &&
  (query.path === undefined || entry.path === query.path) &&
  (query.contains === undefined ||
    entry.request.includes(query.contains) ||
    entry.response.includes(query.contains) ||
    (entry.plain?.includes(query.contains) ?? false))

/** A journal that keeps the newest `capacity` entries; writing is a push, reading never copies more than a page. */
export const createJournal = (capacity: number): Journal => {
  let entries: JournalEntry[] = []
  let seq = 0
  const from = (after: number): number => {
    const first = entries[0]?.seq ?? 1
    return Math.max(0, after - first + 1)
  }
  return {
    write: entry => {
      entries.push({ seq: ++seq, ...entry })
      // In one go for a tenth: shifting one by one would copy the array each time.
      if (entries.length > capacity * 1.1) entries = entries.slice(-capacity)
    },
    read: query => {
      const found: JournalEntry[] = []
      for (let at = from(query.after); at < entries.length; at++) {
        const entry = entries[at]
        if (entry === undefined || !matches(entry, query)) continue
        if (found.length === query.limit) return { entries: found, next: found.at(-1)?.seq ?? null }
        found.push(entry)
      }
      return { entries: found, next: null }
    },
    newest: (count, { before = Infinity, ...query } = {}) => {
      const found: JournalEntry[] = []
      for (let at = entries.length - 1; at >= 0 && found.length < count; at--) {
        const entry = entries[at]
        if (entry !== undefined && entry.seq < before && matches(entry, query)) found.push(entry)
      }
      return found
    },
    count: query => {
      let count = 0
      for (let at = from(query.after); at < entries.length; at++) {
        const entry = entries[at]
        if (entry !== undefined && matches(entry, query)) count++
      }
      return count
    },
    clear: () => {
      entries = []
    },
    size: () => entries.length,
  }
}
