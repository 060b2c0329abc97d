import type { Kernel, Module } from '../../kernel/module.ts'
import type { FilesApi } from '../files/index.ts'
import type { Audit } from '../staff/index.ts'
import { erpApi, type Mapping, type MappingInput, Mapping as MappingSchema, type SourceBody } from './contract.ts'
import { erpJobs } from './jobs.ts'
import { erpRoutes } from './routes.ts'
import { findSourceByCode } from './repository/sources.ts'
import { watchFolders } from './service/drop.ts'
import type { Engine } from './service/engine.ts'
import { startImport } from './service/imports.ts'
import { addSource, keepMapping } from './service/sources.ts'
import type { Stream } from './service/stream.ts'

export type {
  Applier,
  FieldSpec,
  ImportContext,
  Outcome,
  ParsedRow,
  ParserInput,
  RowProblem,
  Stream,
  Told,
} from './service/stream.ts'
export {
  cutDecimal,
  dateReader,
  decimalText,
  kindRules,
  readDecimal,
  readFlag,
  readText,
  readTime,
  timesScaled,
  type Read,
} from './service/values.ts'
export { openTable } from './service/table/index.ts'
export { importTrailers } from './repository/imports.ts'
export { quarantinedByDay } from './repository/quarantine.ts'

const SYSTEM = { kind: 'system', name: 'erp' } as const

export interface ErpApi {
  /** The id of the source of a code, which is made when it is not there. */
  ensureSource(source: Pick<SourceBody, 'code' | 'name'> & Partial<SourceBody>): Promise<string>
  /** Saves a mapping under a name; files of a watched folder take it when their name fits the pattern. */
  saveMapping(sourceId: string, name: string, definition: MappingInput, filePattern?: string | null): Promise<void>
  /** Starts an import of a stored file and returns its id; 409 when the same bytes were imported before, unless forced. */
  start(input: {
    fileId: string
    sourceId: string
    mapping: MappingInput | Mapping
    force?: boolean
    arrivedAt?: Date
  }): Promise<string>
  /** Looks into the watched folders now; returns how many files were taken. */
  watchFolders(): Promise<number>
}

/** Files of an ERP, read into the streams that the modules above implement. */
export function createErp(
  kernel: Kernel,
  needs: { files: FilesApi; audit: Audit; streams: readonly Stream[] },
): Module<ErpApi> {
  const engine: Engine = { kernel, ...needs }
  return {
    name: 'erp',
    api: {
      async ensureSource({ kind = 'upload', folder = null, enabled = true, maxBadPercent = 20, ...named }) {
        const found = await findSourceByCode(kernel.db, named.code)
        return found?.id ?? (await addSource(engine, { ...named, kind, folder, enabled, maxBadPercent }, SYSTEM)).id
      },
      async saveMapping(sourceId, name, definition, filePattern = null) {
        await keepMapping(engine, { sourceId, name, filePattern, definition: MappingSchema.parse(definition) }, SYSTEM)
      },
      start: ({ mapping, ...input }) =>
        startImport(engine, { ...input, mapping: MappingSchema.parse(mapping) }, SYSTEM),
      watchFolders: () => watchFolders(engine),
    },
    contracts: [erpApi],
    routes: router => erpRoutes(router, engine),
    jobs: erpJobs(engine),
  }
}
