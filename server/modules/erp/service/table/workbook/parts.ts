import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { openPromise, type Entry } from 'yauzl'
import { erpErrors } from '../../../contract.ts'

const MEGABYTE = 1024 ** 2
/** A workbook has some dozens of parts; a directory of millions is not read to its end. */
const MOST_PARTS = 10_000
/** What one part may come to when unpacked: a full sheet (1,048,576 rows) of thirty columns stays below. */
const MOST_BYTES = 2048 * MEGABYTE
/** Sheets shrink to a tenth or a fiftieth, a bomb to a thousandth; small parts may shrink as they like. */
const MOST_RATIO = 250
const SMALL = 16 * MEGABYTE

/** The parts of a workbook that lies on disk. Nothing is unpacked before it is opened, and then as a stream. */
export interface Parts {
  has(name: string): boolean
  /** Bytes of a part when unpacked, as the directory says; opening it fails where that is untrue. */
  size(name: string): number
  /**
   * Throws erp.workbookTooLarge or erp.workbookRefused before the first byte when the part is too large or a bomb; and
   * erp.damaged after the last when they are not the bytes that were packed.
   */
  open(name: string): Promise<AsyncIterable<Uint8Array>>
  close(): void
}

/** Opens the directory of a workbook (APPNOTE.TXT 4.3.12); names are compared without case, as OPC says. */
export async function openParts(path: string): Promise<Parts> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false })
  const entries = new Map<string, Entry>()
  try {
    if (zip.entryCount > MOST_PARTS) throw erpErrors.workbookRefused({ zh: '部件过多', en: 'too many parts' })
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName.toLowerCase(), entry)
  } catch (error) {
    zip.close()
    throw error
  }
  const find = (name: string): Entry | undefined => entries.get(name.toLowerCase())
  return {
    has: name => find(name) !== undefined,
    size: name => find(name)?.uncompressedSize ?? 0,
    async open(name) {
      const entry = find(name)
      if (entry === undefined) throw erpErrors.notWorkbook()
      if (entry.isEncrypted()) throw erpErrors.workbookLocked()
      const { uncompressedSize: bytes, compressedSize: packed } = entry
      if (bytes > MOST_BYTES) throw tooLarge(bytes)
      if (bytes > SMALL && bytes > packed * MOST_RATIO)
        throw erpErrors.workbookRefused({ zh: '压缩比异常，像是压缩炸弹', en: 'packed like a zip bomb' })
      return checked(await zip.openReadStreamPromise(entry), entry.crc32)
    },
    close: () => zip.close(),
  }
}

/** Unpacking alone does not notice a digit that was changed on the way. */
async function* checked(stream: Readable, sum: number): AsyncGenerator<Uint8Array> {
  let found = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      found = crc32(chunk, found)
      yield chunk
    }
  } finally {
    stream.destroy()
  }
  if (found !== sum) throw erpErrors.damaged()
}

const tooLarge = (bytes: number): Error =>
  erpErrors.workbookTooLarge({ size: Math.ceil(bytes / MEGABYTE), limit: MOST_BYTES / MEGABYTE })
