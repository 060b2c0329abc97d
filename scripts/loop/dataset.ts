import type { Fact } from './facts.ts'

/** A file that the product is to import. */
export interface ImportFile {
  path: string
  /** The name it is uploaded under. */
  name: string
  /** How its columns are read: a mapping of the product's import API. */
  mapping: Record<string, unknown>
}

/** Somebody who holds an old card and will follow on the phone. */
export interface Holder {
  cardNo: string
  phone: string
  name: string
  /** The old system's balance is large, so a second proof (the name) is asked. */
  needsProof: boolean
}

/** Figures that are known beforehand from elsewhere; net in ten-thousandths. */
export interface Golden {
  lines: number
  documents: number
  customers: number
  net: bigint
  cancelledLines: number
  cancelledNet: bigint
  anonymousLines: number
  anonymousNet: bigint
  months: Record<string, bigint>
}

/** Sales to play the loop with: the files for the product, and our own reading of them. */
export interface Dataset {
  name: string
  /** Stores and products, imported before anything else; may be empty. */
  masters: ImportFile[]
  /** Old cards with their holders' phones. */
  cards: ImportFile
  holders: Holder[]
  /** Nightly sales files in order of time. */
  sales: ImportFile[]
  facts: Map<string, Fact>
  golden: Golden | undefined
  /** Lines that are returns, with their net. */
  cancelled: { lines: number; net: bigint }
  anonymous: { lines: number; net: bigint }
  /** A store of this dataset, where the loop's own tills stand. */
  store: string
}
