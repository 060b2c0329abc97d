import { Mapping } from '../contract.ts'
import { plainName } from './rows.ts'
import type { Stream } from './stream.ts'

/** The field that each column most likely is, by the names that files are known to use; each field is given once. */
export function guessColumns(stream: Stream, headers: readonly string[]): (string | null)[] {
  const names = new Map<string, string>()
  for (const field of stream.fields) {
    for (const alias of [field.name, field.label.zh, field.label.en, ...field.aliases]) {
      const plain = plainName(alias)
      if (!names.has(plain)) names.set(plain, field.name)
    }
  }
  const taken = new Set<string>()
  return headers.map(header => {
    const field = names.get(plainName(header))
    if (field === undefined || taken.has(field)) return null
    taken.add(field)
    return field
  })
}

/** A mapping made of what the column names tell. */
export function guessMapping(stream: Stream, headers: readonly string[]): Mapping {
  const fields: Record<string, { column: string }> = {}
  for (const [i, field] of guessColumns(stream, headers).entries()) {
    if (field !== null) fields[field] = { column: headers[i] ?? '' }
  }
  return Mapping.parse({ stream: stream.name, fields })
}

/** The stream whose fields the columns name best: required fields count double. */
export function guessStream(streams: readonly Stream[], headers: readonly string[]): Stream {
  const scored = streams.map(stream => {
    const found = new Set(guessColumns(stream, headers))
    const required = stream.fields.filter(field => field.required)
    const missing = required.filter(field => !found.has(field.name)).length
    return { stream, score: found.size + required.length - 2 * missing }
  })
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
  return best.stream
}
