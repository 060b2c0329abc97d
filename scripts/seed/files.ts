import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import {
  cardsMapping,
  categoriesMapping,
  productsMapping,
  salesMapping,
  storesMapping,
  type Mapping,
} from '../../prisma/seed/mappings.ts'
import type { FileEntry } from '../../prisma/seed/files.ts'
import { forEachAtOnce, HttpError, type StaffSession } from '../callers.ts'

const mappings: Record<FileEntry['kind'], Mapping> = {
  stores: storesMapping,
  categories: categoriesMapping,
  products: productsMapping,
  cards: cardsMapping,
  sales: salesMapping,
}

/** The source of the demo, a watched folder with the mappings saved, so that a file dropped there tomorrow is read alike. */
export async function openSource({ call }: StaffSession): Promise<string> {
  const { items } = await call<{ items: { id: string; code: string }[] }>('GET', '/api/admin/imports/sources')
  const known = items.find(item => item.code === 'demo-erp')
  const source =
    known ??
    (await call<{ id: string }>('POST', '/api/admin/imports/sources', {
      code: 'demo-erp',
      name: '总部 ERP 日终文件',
      kind: 'folder',
    }))
  for (const [kind, definition] of Object.entries(mappings))
    await call('PUT', '/api/admin/imports/mappings', {
      sourceId: source.id,
      name: 'demo-erp',
      filePattern: `^${kind}[-.]`,
      definition,
    })
  return source.id
}

/** Hands files in through the front door, several at a time, and waits until the product has worked them all. */
export async function importFiles(
  boss: StaffSession,
  sourceId: string,
  folder: string,
  entries: readonly FileEntry[],
  tell: (done: number) => void,
): Promise<void> {
  const open = new Set<string>()
  await forEachAtOnce(entries, 3, async (entry, i) => {
    const { fileId } = await boss.upload(entry.name, readFileSync(join(folder, entry.name)))
    const started = await boss
      .call<{ id: string }>('POST', '/api/admin/imports', {
        fileId,
        sourceId,
        mapping: mappings[entry.kind],
        ...(entry.arrivesAt === undefined ? {} : { arrivedAt: new Date(entry.arrivesAt).toISOString() }),
      })
      .catch((error: unknown) => {
        // Handed in by a seeding that was cut off.
        if (error instanceof HttpError && error.code === 'erp.alreadyImported') return undefined
        throw error
      })
    if (started !== undefined) open.add(started.id)
    if (i % 50 === 0) tell(i / 2)
  })
  for (const total = open.size; open.size > 0;) {
    for (const id of [...open].slice(0, 60)) {
      const row = await boss.call<{ state: string; fileName: string; rowsBad: number; error: { zh: string } | null }>(
        'GET',
        `/api/admin/imports/${id}`,
      )
      if (row.state === 'failed' || row.state === 'stopped')
        throw new Error(`${row.fileName}: ${row.state} ${row.error?.zh ?? ''}`)
      if (row.state !== 'done') break
      if (row.rowsBad > 0) throw new Error(`${row.fileName}: ${row.rowsBad} rows in quarantine`)
      open.delete(id)
    }
    tell(total / 2 + (total - open.size) / 2)
    if (open.size > 0) await wait(150)
  }
}
