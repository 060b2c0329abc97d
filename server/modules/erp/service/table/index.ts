import { open as openFile } from 'node:fs/promises'
import { AppError } from '../../../../kernel/errors.ts'
import { erpErrors } from '../../contract.ts'
import { openCsv } from './csv.ts'
import type { Table, TableOptions, TableRow } from './table.ts'
import { openXlsx } from './xlsx.ts'

export type { Table, TableOptions, TableRow } from './table.ts'

/**
 * Opens a file as a table by what its first bytes say, not by its name; throws with the reason when it is none, and so do
 * its batches when it turns out to be broken further down.
 */
export async function openTable(path: string, options: TableOptions): Promise<Table> {
  try {
    const table = await openByStart(path, options)
    return { ...table, batches: () => spoken(table.batches()) }
  } catch (error) {
    throw faultOf(error)
  }
}

async function openByStart(path: string, options: TableOptions): Promise<Table> {
  const start = await firstBytes(path)
  if (start.readUInt32BE() === ZIP) return openXlsx(path, options)
  if (start.readUInt32BE() === OLE) throw start.includes(LOCKED) ? erpErrors.workbookLocked() : erpErrors.oldExcel()
  return openCsv(path, options, start.readUInt16BE() === GZIP)
}

const ZIP = 0x504b0304
const OLE = 0xd0cf11e0
const GZIP = 0x1f8b
/** A workbook with a password is a stream of this name in the container of the old Excel (MS-OFFCRYPTO 2.3.4.4). */
const LOCKED = Buffer.from('EncryptedPackage', 'utf16le')
const START = 64 * 1024

async function* spoken(batches: AsyncIterable<readonly TableRow[]>): AsyncGenerator<readonly TableRow[]> {
  try {
    yield* batches
  } catch (error) {
    throw faultOf(error)
  }
}

/** How unpacking says that there should have been more: zlib's and yauzl's words. */
const CUT_OFF = /unexpected end|unexpected eof|truncated|not enough bytes/i

function faultOf(error: unknown): unknown {
  if (error instanceof AppError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return CUT_OFF.test(reason) ? erpErrors.cutOff() : erpErrors.unreadable({ reason })
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(START), 0, START, 0)
    return bytesRead < 4 ? Buffer.alloc(4) : buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
