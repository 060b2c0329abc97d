import { createHash } from 'node:crypto'
import { resolve, sep } from 'node:path'
import { uniqueViolation, inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { erpErrors, Mapping, type MappingRow, type SourceBody, type SourceRow } from '../contract.ts'
import {
  findSource,
  insertSource,
  listMappings,
  listSources,
  saveMapping,
  updateSource,
  type MappingRecord,
  type SourceRecord,
} from '../repository/sources.ts'
import { streamOf, type Engine } from './engine.ts'

type Actor = StaffCaller | { kind: 'system'; name: string }

const sourceRow = (source: SourceRecord): SourceRow => ({
  ...source,
  kind: source.kind === 'folder' ? 'folder' : 'upload',
  enabled: source.enabled === 1,
})

const mappingRow = ({ definitionJson, ...mapping }: MappingRecord) => ({
  ...mapping,
  definition: Mapping.parse(JSON.parse(definitionJson)),
})

/** Where watched folders lie. */
export const dropRoot = ({ kernel }: Engine): string => resolve(kernel.config.DATA_DIR, 'drop')

function checkedFolder(engine: Engine, body: SourceBody): string | null {
  if (body.kind !== 'folder') return null
  const folder = body.folder === null || body.folder === '' ? body.code : body.folder
  const root = dropRoot(engine)
  if (!resolve(root, folder).startsWith(root + sep)) throw erpErrors.folderOutside()
  return folder
}

export async function getSources({ kernel }: Engine): Promise<SourceRow[]> {
  return (await listSources(kernel.db)).map(sourceRow)
}

/** Adds a source; its code is its name for machines and stands once. */
export async function addSource(engine: Engine, body: SourceBody, actor: Actor): Promise<SourceRow> {
  const { db, clock, newId } = engine.kernel
  const now = clock.now()
  const source: SourceRecord = {
    ...body,
    id: newId(),
    folder: checkedFolder(engine, body),
    enabled: Number(body.enabled),
    createdAt: now,
    updatedAt: now,
  }
  try {
    await inTransaction(db, async tx => {
      await insertSource(tx, source)
      await engine.audit(tx, actor, {
        action: 'imports.addSource',
        subjectKind: 'erpSource',
        subjectId: source.id,
        details: body,
      })
    })
  } catch (error) {
    if (uniqueViolation(error) === 'erp_source_code') throw erpErrors.sourceExists({ code: body.code })
    throw error
  }
  return sourceRow(source)
}

export async function changeSource(
  engine: Engine,
  sourceId: string,
  body: SourceBody,
  actor: Actor,
): Promise<SourceRow> {
  const { db, clock } = engine.kernel
  const change = { ...body, folder: checkedFolder(engine, body), enabled: Number(body.enabled), updatedAt: clock.now() }
  try {
    await inTransaction(db, async tx => {
      await updateSource(tx, sourceId, change)
      await engine.audit(tx, actor, {
        action: 'imports.changeSource',
        subjectKind: 'erpSource',
        subjectId: sourceId,
        details: body,
      })
    })
  } catch (error) {
    if (uniqueViolation(error) === 'erp_source_code') throw erpErrors.sourceExists({ code: body.code })
    throw error
  }
  const source = await findSource(db, sourceId)
  if (source === undefined) throw erpErrors.sourceNotFound()
  return sourceRow(source)
}

export async function getMappings(
  { kernel }: Engine,
  sourceId?: string,
): Promise<(Omit<MappingRow, 'updatedAt'> & { updatedAt: Date })[]> {
  return (await listMappings(kernel.db, sourceId)).map(mappingRow)
}

/** The columns that a mapping names, as a fingerprint: a file that has them all can be read by it. */
export const columnsHash = (mapping: Mapping): string =>
  createHash('sha256')
    .update(
      Object.values(mapping.fields)
        .flatMap(field => field.column ?? [])
        .sort()
        .join('\n'),
    )
    .digest('base64url')

/** Saves a mapping under a name; one of the same source, stream and name is replaced. */
export async function keepMapping(
  engine: Engine,
  input: { sourceId: string; name: string; filePattern: string | null; definition: Mapping },
  actor: Actor,
): Promise<Omit<MappingRow, 'updatedAt'> & { updatedAt: Date }> {
  const { db, clock, newId } = engine.kernel
  const { sourceId, name, filePattern } = input
  const definition = Mapping.parse(input.definition)
  streamOf(engine, definition.stream)
  if ((await findSource(db, sourceId)) === undefined) throw erpErrors.sourceNotFound()
  const record: MappingRecord = {
    id: newId(),
    sourceId,
    stream: definition.stream,
    name,
    filePattern,
    headerHash: columnsHash(definition),
    definitionJson: JSON.stringify(definition),
    updatedAt: clock.now(),
  }
  await inTransaction(db, async tx => {
    await saveMapping(tx, record)
    await engine.audit(tx, actor, {
      action: 'imports.saveMapping',
      subjectKind: 'erpSource',
      subjectId: sourceId,
      details: { name, stream: definition.stream },
    })
  })
  const saved = (await listMappings(db, sourceId)).find(one => one.stream === record.stream && one.name === name)
  return mappingRow(saved ?? record)
}
