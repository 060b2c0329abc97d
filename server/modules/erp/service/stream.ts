import type { Db, Tx } from '../../../kernel/db.ts'
import type { Mapping } from '../contract.ts'
import type { Reason } from './reasons.ts'

export interface Label {
  readonly zh: string
  readonly en: string
}

/** A field that a stream understands, and the column names by which files are known to call it. */
export interface FieldSpec {
  readonly name: string
  readonly label: Label
  readonly required: boolean
  /** Compared without case, spaces and punctuation. */
  readonly aliases: readonly string[]
}

/** One thing that is wrong with a row: which field, what it said, and why that cannot stand. */
export interface RowProblem {
  readonly field: string | null
  readonly reason: Reason
  readonly value: string | null
  /** Fills {name} in the reason's text. */
  readonly details?: Readonly<Record<string, string | number>>
}

/** A row that can stand belongs to a document; one that cannot says why, and as much of its place as is known. */
export type ParsedRow<Row> =
  | { readonly ok: true; readonly key: string; readonly row: Row }
  | {
      readonly ok: false
      readonly problems: readonly RowProblem[]
      readonly key: string | null
      readonly storeCode?: string | null
      readonly businessDate?: string | null
    }

/** The text of one field in a row of cells, trimmed and put through the mapping's value map; '' when it has none. */
export type FieldText = (cells: readonly string[]) => string

/** What a stream makes its row parser from; everything slow is done here, once per file. */
export interface ParserInput {
  readonly mapping: Mapping
  /** The reader of a field; reads '' for a field that the mapping does not name. */
  readonly text: (field: string) => FieldText
  readonly has: (field: string) => boolean
  /** The shop's zone and its calendar day now: later days are not believed. */
  readonly zone: string
  readonly today: string
}

/** How many documents of a batch were new, replaced, already there, or older than what is there. */
export interface Outcome {
  readonly created: number
  readonly changed: number
  readonly same: number
  readonly older: number
}

export interface ImportContext {
  readonly importId: string
  readonly sourceId: string
  /** Rises with every file of the source; a file keeps the version of its first arrival, however often it is loaded. */
  readonly version: number
  /** When the file came. */
  readonly arrivedAt: Date
  readonly mapping: Mapping
}

/** Writes the documents of one import. It may keep what it has learnt from batch to batch. */
export interface Applier<Document> {
  /** Runs before the transaction: harmless preparations such as stubs for codes nobody knows yet. */
  prepare?(db: Db, documents: readonly Document[]): Promise<void>
  /** Writes a batch within the engine's transaction. Same content = nothing; an error makes the engine go one by one. */
  apply(tx: Tx, documents: readonly Document[]): Promise<Outcome>
}

/** What one import says, for streams that write several at once. */
export interface Told<Document> {
  readonly context: ImportContext
  readonly documents: readonly Document[]
}

/** How a stream writes small files from memory, several in one transaction. */
export interface Together<Row = unknown, Document = unknown> {
  /** The document of all its rows, or what forbids it. */
  assemble(key: string, rows: readonly Row[], mapping: Mapping): Assembly<Document>
  /** As an applier's. */
  prepare?(db: Db, documents: readonly Document[]): Promise<void>
  /** Writes what the imports say, in this order; no document is told twice. Returns the outcome of each import. */
  apply(tx: Tx, told: readonly Told<Document>[]): Promise<Outcome[]>
}

/** A document that can be written, or what forbids it. */
export type Assembly<Document> = { readonly document: Document } | { readonly problems: readonly RowProblem[] }

/**
 * A kind of data that files bring (products, stores, cards, sales …). The engine knows streams only by this type; the
 * module that owns the data implements it. Rows with the same key make one document, however far apart they stand.
 */
export interface Stream<Row = unknown, Document = unknown> {
  readonly name: string
  readonly label: Label
  readonly fields: readonly FieldSpec[]
  /** Fields that are still needed when only `has` are mapped; for needs that `required` cannot say. */
  missing?(has: (field: string) => boolean): string[]
  parser(input: ParserInput): (cells: readonly string[]) => ParsedRow<Row>
  /** The rows of one document from one stretch of the file, as JSON text, as small as may be. */
  pack(rows: readonly Row[]): string
  /** The document of all its stretches in file order, or what forbids it. */
  assemble(key: string, packs: readonly string[], mapping: Mapping): Assembly<Document>
  applier(context: ImportContext): Applier<Document>
  /** For streams that come as many small files. */
  together?: Together<Row, Document>
}
