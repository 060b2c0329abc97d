import { isUtf8 } from 'node:buffer'
import type { Readable } from 'node:stream'

export type Encoding = 'utf-8' | 'utf-16le' | 'gb18030'

/** What a look over the whole text has found. */
export interface TextFacts {
  readonly encoding: Encoding
  /** Physical lines, an unfinished last one included. */
  readonly lines: number
  readonly bytes: number
  /** Lines in the other encoding than the file's; 'unknown' can be read in neither. */
  readonly strays: ReadonlyMap<number, Encoding | 'unknown'>
}

const LINE_FEED = 10
/** More strays than this are not listed one by one: the file is then read line by line anyway. */
const MOST_STRAYS = 100_000

/** Splits a byte stream at line feeds; the pieces come without them. */
export async function* byteLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    let from = 0
    for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      yield bytes.subarray(from, at)
      from = at + 1
    }
    rest = bytes.subarray(from)
  }
  if (rest.length > 0) yield rest
}

/** Whether a text that is valid UTF-8 is meant to be: three-byte characters do not arise from GBK by chance. */
const meansUtf8 = (line: Buffer): boolean => line.some(byte => byte >= 0xe0)
const isAscii = (line: Buffer): boolean => line.every(byte => byte < 0x80)

function canRead(line: Buffer, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(line)
    return true
  } catch {
    return false
  }
}

/**
 * Finds the encoding: a byte order mark, else strict UTF-8, else GB18030 (no detector guesses Chinese rightly). When
 * neither reads the whole file, the lines vote and the minority is named line by line.
 */
export async function surveyText(open: () => Promise<Readable>): Promise<TextFacts> {
  const quick = await surveyStrictly(await open())
  return quick ?? surveyByLine(await open())
}

async function surveyStrictly(stream: AsyncIterable<Uint8Array>): Promise<TextFacts | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let lines = 0
  let bytes = 0
  let last = LINE_FEED
  let encoding: Encoding = 'utf-8'
  try {
    for await (const chunk of stream) {
      if (bytes === 0 && chunk[0] === 0xff && chunk[1] === 0xfe) encoding = 'utf-16le'
      if (encoding === 'utf-8') decoder.decode(chunk, { stream: true })
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) lines++
      bytes += chunk.length
      last = chunk.at(-1) ?? last
    }
    if (encoding === 'utf-8') decoder.decode()
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
  return { encoding, lines: last === LINE_FEED ? lines : lines + 1, bytes, strays: new Map() }
}

async function surveyByLine(stream: AsyncIterable<Uint8Array>): Promise<TextFacts> {
  let lines = 0
  let bytes = 0
  const utf8: number[] = []
  const others: number[] = []
  const unreadable: number[] = []
  let utf8Count = 0
  let otherCount = 0
  for await (const line of byteLines(stream)) {
    lines++
    bytes += line.length + 1
    if (isAscii(line)) continue
    if (isUtf8(line)) {
      if (!meansUtf8(line)) continue
      utf8Count++
      if (utf8.length < MOST_STRAYS) utf8.push(lines)
    } else {
      otherCount++
      if (!canRead(line, 'gb18030')) unreadable.push(lines)
      if (others.length < MOST_STRAYS) others.push(lines)
    }
  }
  const encoding = utf8Count > otherCount ? 'utf-8' : 'gb18030'
  const strays = new Map<number, Encoding | 'unknown'>()
  if (encoding === 'utf-8') for (const line of others) strays.set(line, 'gb18030')
  else for (const line of utf8) strays.set(line, 'utf-8')
  for (const line of unreadable) strays.set(line, 'unknown')
  return { encoding, lines, bytes, strays }
}

/** The text of a stream in pieces; strays are read in their own encoding, so that a person can judge them. */
export async function* decodeText(
  stream: AsyncIterable<Uint8Array>,
  { encoding, strays }: TextFacts,
): AsyncGenerator<string> {
  if (strays.size === 0) {
    const decoder = new TextDecoder(encoding)
    for await (const chunk of stream) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
    return
  }
  let line = 0
  let piece = ''
  for await (const bytes of byteLines(stream)) {
    line++
    const stray = strays.get(line)
    piece += `${new TextDecoder(stray === undefined || stray === 'unknown' ? encoding : stray).decode(bytes)}\n`
    if (piece.length < 65_536) continue
    yield piece
    piece = ''
  }
  yield piece
}
