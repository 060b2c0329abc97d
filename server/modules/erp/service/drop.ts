import { createReadStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../kernel/errors.ts'
import { erpErrors, Mapping } from '../contract.ts'
import {
  findDrops,
  listMappings,
  listSources,
  saveDrop,
  type DropRecord,
  type SourceRecord,
} from '../repository/sources.ts'
import { openTable } from './table/index.ts'
import { startImport } from './imports.ts'
import { savedMapping } from './preview.ts'
import { dropRoot } from './sources.ts'
import type { Engine } from './engine.ts'

const TAKEN = /\.(csv|txt|xlsx)(\.gz)?$/i
const SYSTEM = { kind: 'system', name: 'erp.watchFolders' } as const

/**
 * Looks into every watched folder once. A file is taken when its size and time stood still since the last look, or at
 * once when `<name>.done` lies beside it; a file that changes later is taken again. Returns how many were taken.
 */
export async function watchFolders(engine: Engine): Promise<number> {
  let taken = 0
  for (const source of await listSources(engine.kernel.db)) {
    if (source.kind !== 'folder' || source.enabled !== 1 || source.folder === null) continue
    taken += await watchFolder(engine, source, join(dropRoot(engine), source.folder))
  }
  return taken
}

async function watchFolder(engine: Engine, source: SourceRecord, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const seen = new Map((await findDrops(engine.kernel.db, source.id)).map(drop => [drop.path, drop]))
  const names = await readdir(folder)
  const done = new Set(names.filter(name => name.endsWith('.done')))
  let taken = 0
  for (const name of names.filter(one => TAKEN.test(one)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name))
    const drop: DropRecord = {
      sourceId: source.id,
      path: name,
      size,
      modifiedMs: Math.floor(mtimeMs),
      state: 'seen',
      importId: null,
      reason: null,
      seenAt: engine.kernel.clock.now(),
    }
    const before = seen.get(name)
    const stood = before !== undefined && before.size === drop.size && before.modifiedMs === drop.modifiedMs
    if (stood && before.state !== 'seen') continue
    if (size === 0 || (!stood && !done.has(`${name}.done`))) await saveDrop(engine.kernel.db, drop)
    else {
      await saveDrop(engine.kernel.db, { ...drop, ...(await take(engine, source, join(folder, name), name, mtimeMs)) })
      taken++
    }
  }
  return taken
}

/** Stores a dropped file and starts its import; what cannot be read is remembered with its reason and left alone. */
async function take(
  engine: Engine,
  source: SourceRecord,
  path: string,
  name: string,
  mtimeMs: number,
): Promise<Pick<DropRecord, 'state' | 'importId' | 'reason'>> {
  try {
    const file = await engine.files.store(createReadStream(path), { name })
    const mapping = await mappingFor(engine, source, name, path)
    const importId = await startImport(
      engine,
      { fileId: file.id, sourceId: source.id, mapping, arrivedAt: new Date(Math.floor(mtimeMs)) },
      SYSTEM,
    )
    return { state: 'taken', importId, reason: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    engine.kernel.log.warn({ source: source.code, file: name, code: error.code }, 'dropped file was not taken')
    return { state: 'refused', importId: null, reason: error.zh.slice(0, 255) }
  }
}

/** The mapping whose pattern fits the name, else the saved one whose columns the file has. */
async function mappingFor(engine: Engine, source: SourceRecord, name: string, path: string): Promise<Mapping> {
  const named = (await listMappings(engine.kernel.db, source.id)).find(
    ({ filePattern }) => filePattern !== null && new RegExp(filePattern, 'i').test(name),
  )
  if (named !== undefined) return Mapping.parse(JSON.parse(named.definitionJson))
  const { headers } = await openTable(path, { encoding: 'auto', delimiter: 'auto', headerLine: 1 })
  const saved = await savedMapping(engine, source.id, headers)
  if (saved === undefined) throw erpErrors.mappingNotFound()
  return saved
}
