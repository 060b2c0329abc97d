import { open, type FileHandle } from 'node:fs/promises'

const END_OF_DIRECTORY = 0x06054b50
const ENTRY = 0x02014b50
/** The end record is 22 bytes and may be followed by a comment of at most 65,535. */
const LONGEST_END = 22 + 65_535

/**
 * What a workbook's sheets and texts come to when they are unpacked, in bytes, as the directory at its end says
 * (APPNOTE.TXT 4.3.12); 0 for a file without one. Nothing is unpacked for it.
 */
export async function unpackedBytes(path: string): Promise<number> {
  const file = await open(path)
  try {
    const directory = await readDirectory(file)
    let bytes = 0
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY;) {
      const [name, extra, comment] = [28, 30, 32].map(offset => directory.readUInt16LE(at + offset))
      const text = directory.toString('latin1', at + 46, at + 46 + (name ?? 0))
      if (/^xl\/(worksheets\/|sharedStrings)/.test(text)) bytes += directory.readUInt32LE(at + 24)
      at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0)
    }
    return bytes
  } finally {
    await file.close()
  }
}

async function readDirectory(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat()
  const tail = await readAt(file, Math.max(0, size - LONGEST_END), Math.min(size, LONGEST_END))
  for (let at = tail.length - 22; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_OF_DIRECTORY) continue
    return readAt(file, tail.readUInt32LE(at + 16), Math.min(tail.readUInt32LE(at + 12), size))
  }
  return Buffer.alloc(0)
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
