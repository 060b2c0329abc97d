import { copyFileSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
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
import { HttpError, type StaffSession } from '../callers.ts'

const mappings: Record<FileEntry['kind'], Mapping> = {
  stores: storesMapping,
  categories: categoriesMapping,
  products: productsMapping,
  cards: cardsMapping,
  sales: salesMapping,
}

const SOURCE = 'demo-erp'

/** The source of the demo, a watched folder with the mappings saved, so that a file dropped there tomorrow is read alike. */
export async function openSource({ call }: StaffSession): Promise<string> {
  const { items } = await call<{ items: { id: string; code: string }[] }>('GET', '/api/admin/imports/sources')
  const known = items.find(item => item.code === SOURCE)
  const source =
    known ??
    (await call<{ id: string }>('POST', '/api/admin/imports/sources', {
      code: SOURCE,
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

/** Uploads files one after another, as a person does, and waits until the product has worked them. */
export async function uploadFiles(
  boss: StaffSession,
  sourceId: string,
  folder: string,
  entries: readonly FileEntry[],
): Promise<void> {
  for (const entry of entries) {
    const { fileId } = await boss.upload(entry.name, readFileSync(join(folder, entry.name)))
    await boss
      .call('POST', '/api/admin/imports', { fileId, sourceId, mapping: mappings[entry.kind] })
      .catch((error: unknown) => {
        // Handed in by a seeding that was cut off.
        if (!(error instanceof HttpError) || error.code !== 'erp.alreadyImported') throw error
      })
  }
  await worked(boss, sourceId, entries, () => {})
}

/** Puts files into the watched folder, as an ERP does night by night, and waits until the product has worked them. */
export async function dropFiles(
  boss: StaffSession,
  sourceId: string,
  { folder, dataFolder }: { folder: string; dataFolder: string },
  entries: readonly FileEntry[],
  tell: (done: number) => void,
): Promise<void> {
  const watched = join(dataFolder, 'drop', SOURCE)
  mkdirSync(watched, { recursive: true })
  for (const { name } of entries) {
    copyFileSync(join(folder, name), join(watched, name))
    const { atime, mtime } = statSync(join(folder, name))
    utimesSync(join(watched, name), atime, mtime)
    writeFileSync(join(watched, `${name}.done`), '')
  }
  await boss.call('POST', '/api/admin/imports/sources/look')
  await worked(boss, sourceId, entries, tell)
}

interface ImportSeen {
  id: string
  state: string
  fileName: string
  rowsBad: number
  error: { zh: string } | null
}

/** Waits until every file has an import that is done; throws for one that failed, has left rows behind or is never taken. */
async function worked(
  { call }: StaffSession,
  sourceId: string,
  entries: readonly FileEntry[],
  tell: (done: number) => void,
): Promise<void> {
  // In the order in which they are taken, so that the newest one that is done says how far it is.
  const names = entries.map(entry => entry.name).sort()
  const ask = (more: string) =>
    call<{ items: ImportSeen[]; next: string | null }>('GET', `/api/admin/imports?sourceId=${sourceId}${more}`)
  let moved = performance.now()
  for (let before = -1; ; await wait(250)) {
    const [newest] = (await ask('&state=done&limit=1')).items
    const at = newest === undefined ? -1 : names.indexOf(newest.fileName)
    if (at !== before) moved = performance.now()
    before = at
    tell(at + 1)
    if (at >= names.length - NEARLY && (await countDone(ask, new Set(names))) === names.length) return
    if (performance.now() - moved > STUCK_MS)
      throw new Error(`nothing happens after ${newest?.fileName ?? 'the start'}`)
  }
}

/** So few files from the end, all of them are looked at. */
const NEARLY = 40
const STUCK_MS = 120_000

async function countDone(
  ask: (more: string) => Promise<{ items: ImportSeen[]; next: string | null }>,
  names: ReadonlySet<string>,
): Promise<number> {
  const done = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: ImportSeen[]; next: string | null } = await ask(
      `&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    for (const { state, fileName, rowsBad, error } of page.items) {
      if (!names.has(fileName)) continue
      if (state === 'failed' || state === 'stopped') throw new Error(`${fileName}: ${state} ${error?.zh ?? ''}`)
      if (rowsBad > 0) throw new Error(`${fileName}: ${rowsBad} rows in quarantine`)
      if (state === 'done') done.add(fileName)
    }
    cursor = page.next
  }
  return done.size
}
