import { decimalText, readDecimal } from './values.ts'
import type { Mapping } from '../contract.ts'

/** What a file says of itself in its trailer (erp-connectors §3.3.7); `found` is false where the line is missing: the file may be cut off. */
export interface Trailer {
  readonly found: boolean
  readonly documents: number | null
  readonly lines: number | null
  /** Yuan, a decimal of four places. */
  readonly net: string | null
}

/** Tells the trailer from the rows of a file, for mappings that know of one. */
export function trailerReader({ trailer }: Mapping) {
  let said: Trailer | null = trailer === null ? null : { found: false, documents: null, lines: null, net: null }
  return {
    /** Whether these cells are the trailer, which is then remembered. */
    takes(cells: readonly string[]): boolean {
      if (trailer === null || !(cells[0] ?? '').trim().startsWith(trailer.marker)) return false
      const number = (at: number | undefined): number | null => {
        const read = at === undefined ? null : readDecimal((cells[at - 1] ?? '').trim(), 'trailer', true)
        return read === null || 'problem' in read ? null : read.value
      }
      const whole = (at: number | undefined): number | null => {
        const value = number(at)
        return value === null ? null : Math.round(value / 10_000)
      }
      const net = number(trailer.netAt)
      said = {
        found: true,
        documents: whole(trailer.documentsAt),
        lines: whole(trailer.linesAt),
        net: net === null ? null : decimalText(net),
      }
      return true
    },
    /** As the import keeps it; null where the mapping knows of no trailer. */
    said: (): string | null => (said === null ? null : JSON.stringify(said)),
  }
}
