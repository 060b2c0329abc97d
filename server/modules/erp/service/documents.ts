import type { Mapping } from '../contract.ts'
import type { StagedPart } from '../repository/staged.ts'
import type { RowProblem, Stream } from './stream.ts'

/** A document put together from its staged parts, or what forbids it. */
export interface Assembled {
  readonly key: string
  readonly section: number
  readonly lines: readonly number[]
  readonly document?: unknown
  readonly problems?: readonly RowProblem[]
}

/**
 * Puts staged parts (in order of key, section, part) together. A document told in several sheets is taken from the
 * last of them.
 */
export function assembleDocuments(parts: readonly StagedPart[], stream: Stream, mapping: Mapping): Assembled[] {
  return [...Map.groupBy(parts, part => part.documentKey)].map(([key, all]) => {
    const section = all.at(-1)?.section ?? 0
    const told = all.filter(part => part.section === section)
    const lines = told.length === 1 ? (told[0]?.lines ?? []) : told.flatMap(part => part.lines)
    const made = stream.assemble(
      key,
      told.map(part => part.pack),
      mapping,
    )
    return 'document' in made
      ? { key, section, lines, document: made.document }
      : { key, section, lines, problems: made.problems }
  })
}
