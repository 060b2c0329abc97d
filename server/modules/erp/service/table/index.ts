import { open as openFile } from 'node:fs/promises'
import { AppError } from '../../../../kernel/errors.ts'
import { erpErrors } from '../../contract.ts'
import { openCsv } from './csv.ts'
import type { Table, TableOptions } from './table.ts'
import { openXlsx } from './xlsx.ts'

export type { Table, TableOptions, TableRow } from './table.ts'

/** Opens a file as a table by what its first bytes say, not by its name; throws with the reason when it is none. */
export async function openTable(path: string, options: TableOptions): Promise<Table> {
  const start = await firstBytes(path)
  try {
    if (start.startsWith('504b0304')) return await openXlsx(path, options)
    if (start.startsWith('d0cf11e0')) throw erpErrors.oldExcel()
    return await openCsv(path, options, start.startsWith('1f8b'))
  } catch (error) {
    if (error instanceof AppError) throw error
    throw erpErrors.unreadable({ reason: error instanceof Error ? error.message : String(error) })
  }
}

async function firstBytes(path: string): Promise<string> {
  const file = await openFile(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0)
    return buffer.subarray(0, bytesRead).toString('hex')
  } finally {
    await file.close()
  }
}
