import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../kernel/errors.ts'
import { fault } from '../../../kernel/faults.ts'
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
import { admitImport } from './imports.ts'
import { savedMapping } from './preview.ts'
import { enqueueImport } from './queue.ts'
import { dropRoot } from './sources.ts'
import type { Engine } from './engine.ts'

/** So many files are taken before the first of them is run: those that wait together are written together. */
const ROUND = 32

const TAKEN = /\.(csv|txt|xlsx)(\.gz)?$/i
const SYSTEM = { kind: 'system', name: 'erp.watchFolders' } as const

/** The look into the watched folders. */
export const watchJob = { name: 'erp.watchFolders', queue: 'jobs', payload: z.object({}) }

/** Has the folders looked into as soon as a worker is free. */
export const lookSoon = ({ kernel }: Engine): Promise<void> => kernel.enqueue(watchJob, {}, { key: kernel.newId() })

/** Looks that are under way, by the installation they are of: two at once would take the same file twice. */
const underWay = new WeakMap<Engine, Promise<number>>()

/** Looks into every watched folder once, as `lookInto` says; who asks while a look is under way waits for that one. */
export function watchFolders(engine: Engine): Promise<number> {
  const running = underWay.get(engine)
  if (running !== undefined) return running
  const look = lookInto(engine).finally(() => underWay.delete(engine))
  underWay.set(engine, look)
  return look
}

/**
 * Looks into every watched folder once. A file is taken when its size and time stood still since the last look, or at
 * once when `<name>.done` lies beside it; a file that changes later is taken again. Returns how many were taken.
 */
async function lookInto(engine: Engine): Promise<number> {
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
  const mappings = await namedMappings(engine, source.id)
  let taken = 0
  let waiting: string[] = []
  const runThem = async (): Promise<void> => {
    const ids = waiting
    waiting = []
    fault('erp.afterAdmit')
    for (const id of ids) await enqueueImport(engine, id)
  }
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
      const fate = await take(engine, source, join(folder, name), drop, mappings)
      await saveDrop(engine.kernel.db, { ...drop, ...fate })
      if (fate.state === 'taken' && fate.importId !== null) waiting.push(fate.importId)
      if (waiting.length === ROUND) await runThem()
      taken++
    }
  }
  await runThem()
  return taken
}

/** Stores a dropped file and admits its import; what cannot be read is remembered with its reason and left alone. */
async function take(
  engine: Engine,
  source: SourceRecord,
  path: string,
  { path: name, size, modifiedMs }: DropRecord,
  mappings: readonly NamedMapping[],
): Promise<Pick<DropRecord, 'state' | 'importId' | 'reason'>> {
  try {
    const file = await engine.files.store(createReadStream(path), { name })
    const mapping = await mappingFor(engine, source, name, path, mappings)
    const importId = await admitImport(
      engine,
      { fileId: file.id, sourceId: source.id, mapping, arrivedAt: new Date(modifiedMs) },
      SYSTEM,
    )
    return { state: 'taken', importId, reason: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // Another process may have looked at the same moment.
    const now = (await findDrops(engine.kernel.db, source.id)).find(drop => drop.path === name)
    if (now?.state === 'taken' && now.size === size && now.modifiedMs === modifiedMs) return now
    engine.kernel.log.warn({ source: source.code, file: name, code: error.code }, 'dropped file was not taken')
    return { state: 'refused', importId: null, reason: error.zh.slice(0, 255) }
  }
}

interface NamedMapping {
  readonly pattern: RegExp
  readonly mapping: Mapping
}

async function namedMappings({ kernel }: Engine, sourceId: string): Promise<NamedMapping[]> {
  return (await listMappings(kernel.db, sourceId)).flatMap(({ filePattern, definitionJson }) =>
    filePattern === null
      ? []
      : [{ pattern: new RegExp(filePattern, 'i'), mapping: Mapping.parse(JSON.parse(definitionJson)) }],
  )
}

/** The mapping whose pattern fits the name, else the saved one whose columns the file has. */
async function mappingFor(
  engine: Engine,
  source: SourceRecord,
  name: string,
  path: string,
  mappings: readonly NamedMapping[],
): Promise<Mapping> {
  const named = mappings.find(({ pattern }) => pattern.test(name))
  if (named !== undefined) return named.mapping
  const { headers } = await openTable(path, { encoding: 'auto', delimiter: 'auto', headerLine: 1 })
  const saved = await savedMapping(engine, source.id, headers)
  if (saved === undefined) throw erpErrors.mappingNotFound()
  return saved
}
