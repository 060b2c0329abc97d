import { z } from 'zod'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'
import { Mapping, Pattern } from './contract/mapping.ts'

export { erpErrors } from './contract/errors.ts'
export { FieldMapping, Mapping, type MappingInput } from './contract/mapping.ts'

const Id = z.string().max(26)
const Text = z.object({ zh: z.string(), en: z.string() })

/** What is wrong with one field of one row, ready to be shown. */
export const Problem = z.object({
  line: z.int(),
  sheet: z.string().nullable(),
  field: z.string().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  reason: z.string(),
  zh: z.string(),
  en: z.string(),
})
export type Problem = z.output<typeof Problem>

export const SourceRow = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.enum(['upload', 'folder']),
  folder: z.string().nullable(),
  enabled: z.boolean(),
  maxBadPercent: z.int(),
})
export type SourceRow = z.output<typeof SourceRow>

export const SourceBody = z.object({
  code: z
    .string()
    .trim()
    .regex(/^[\w-]{1,32}$/),
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['upload', 'folder']).default('upload'),
  /** Below DATA_DIR/drop; empty = the source's code. */
  folder: z.string().trim().max(255).nullable().default(null),
  enabled: z.boolean().default(true),
  maxBadPercent: z.int().min(0).max(100).default(20),
})
export type SourceBody = z.output<typeof SourceBody>

export const MappingRow = z.object({
  id: z.string(),
  sourceId: z.string(),
  stream: z.string(),
  name: z.string(),
  filePattern: z.string().nullable(),
  definition: Mapping,
  updatedAt: Instant,
})
export type MappingRow = z.output<typeof MappingRow>

export const IMPORT_STATES = ['waiting', 'staging', 'applying', 'done', 'stopped', 'failed'] as const

export const ImportRow = z.object({
  id: z.string(),
  sourceId: z.string(),
  sourceName: z.string(),
  stream: z.string(),
  fileName: z.string(),
  forced: z.boolean(),
  state: z.enum(IMPORT_STATES),
  /** 0…100; reading the file is the first part, writing the documents the second. */
  percent: z.number(),
  rowsPerSecond: z.number(),
  secondsLeft: z.int().nullable(),
  rowsTotal: z.int(),
  rowsRead: z.int(),
  rowsApplied: z.int(),
  /** 隔离: rows in quarantine that nobody has dealt with yet. */
  rowsBad: z.int(),
  quarantineOpen: z.int(),
  documentsTotal: z.int(),
  /** 导入 */
  documentsNew: z.int(),
  documentsChanged: z.int(),
  /** 已存在 */
  documentsSame: z.int(),
  documentsOlder: z.int(),
  documentsBad: z.int(),
  error: z.object({ code: z.string(), zh: z.string(), en: z.string() }).nullable(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
})

export const QuarantineRow = z.object({
  id: z.string(),
  importId: z.string(),
  fileName: z.string(),
  stream: z.string(),
  line: z.int(),
  storeCode: z.string().nullable(),
  businessDate: z.string().nullable(),
  reason: z.string(),
  field: z.string().nullable(),
  value: z.string().nullable(),
  problems: z.array(Problem),
  /** The row as it came (or was last edited), by column. */
  values: z.record(z.string(), z.string()),
  edited: z.boolean(),
  state: z.enum(['open', 'replayed', 'dismissed']),
  createdAt: Instant,
})
export type QuarantineRow = z.output<typeof QuarantineRow>

export const QuarantineQuery = PageQuery.extend({
  importId: Id.optional(),
  reason: z.string().max(40).optional(),
  state: z.enum(['open', 'replayed', 'dismissed']).default('open'),
})
export type QuarantineQuery = z.output<typeof QuarantineQuery>

export const PreviewColumn = z.object({
  name: z.string(),
  samples: z.array(z.string()),
  /** The field that this column most likely is; null when none fits. */
  guess: z.string().nullable(),
})

export const Preview = z.object({
  fileId: z.string(),
  fileName: z.string(),
  encoding: z.string(),
  sheets: z.array(z.string()),
  stream: z.string(),
  /** 'saved': the source knows files like this; 'guessed': from the names of the columns. */
  mappingFrom: z.enum(['given', 'saved', 'guessed']),
  mapping: Mapping,
  missing: z.array(z.object({ field: z.string(), label: Text })),
  columns: z.array(PreviewColumn),
  /** Up to 50 rows, cell by cell in the order of the columns. */
  rows: z.array(z.object({ line: z.int(), cells: z.array(z.string()), problems: z.array(Problem) })),
  rowsChecked: z.int(),
  wholeFile: z.boolean(),
  rowsBad: z.int(),
  /** The first 50 things that are wrong, wherever they stand. */
  warnings: z.array(Problem),
  /** The earlier import of the same bytes. */
  duplicateOf: z.object({ importId: z.string(), at: Instant }).nullable(),
})
export type Preview = z.output<typeof Preview>

const ReplayBody = z.object({
  ids: z.array(Id).max(1000).optional(),
  importId: Id.optional(),
  reason: z.string().max(40).optional(),
  /** The same correction for all of them: column → text. */
  set: z.record(z.string(), z.string()).optional(),
})

export const erpApi = contract('erp', {
  streams: {
    method: 'GET',
    path: '/admin/imports/streams',
    access: 'staff:imports.read',
    summary: '可导入的数据种类和字段 · Kinds of data and their fields',
    reply: z.object({
      items: z.array(
        z.object({
          name: z.string(),
          label: Text,
          fields: z.array(z.object({ name: z.string(), label: Text, required: z.boolean() })),
        }),
      ),
    }),
  },
  sources: {
    method: 'GET',
    path: '/admin/imports/sources',
    access: 'staff:imports.read',
    summary: '数据来源 · Sources',
    reply: z.object({ items: z.array(SourceRow) }),
  },
  createSource: {
    method: 'POST',
    path: '/admin/imports/sources',
    access: 'staff:imports.write',
    summary: '新建数据来源 · Add a source',
    body: SourceBody,
    reply: SourceRow,
  },
  updateSource: {
    method: 'PUT',
    path: '/admin/imports/sources/:sourceId',
    access: 'staff:imports.write',
    summary: '修改数据来源 · Change a source',
    params: z.object({ sourceId: Id }),
    body: SourceBody,
    reply: SourceRow,
  },
  mappings: {
    method: 'GET',
    path: '/admin/imports/mappings',
    access: 'staff:imports.read',
    summary: '已保存的字段映射 · Saved column mappings',
    query: z.object({ sourceId: Id.optional() }),
    reply: z.object({ items: z.array(MappingRow) }),
  },
  saveMapping: {
    method: 'PUT',
    path: '/admin/imports/mappings',
    access: 'staff:imports.write',
    summary: '保存字段映射(同来源同名则替换) · Save a column mapping',
    body: z.object({
      sourceId: Id,
      name: z.string().trim().min(1).max(100),
      /** Files of a watched folder whose name fits take this mapping. */
      filePattern: Pattern.max(200).nullable().default(null),
      definition: Mapping,
    }),
    reply: MappingRow,
  },
  upload: {
    method: 'POST',
    path: '/admin/imports/files',
    access: 'staff:imports.write',
    summary: '上传 CSV、CSV.gz 或 .xlsx(multipart,字段 file) · Upload a file',
    upload: true,
    reply: z.object({ fileId: z.string(), fileName: z.string(), size: z.number(), sha256: z.string() }),
  },
  preview: {
    method: 'POST',
    path: '/admin/imports/preview',
    access: 'staff:imports.write',
    summary: '预览：猜字段、看 50 行、列出问题 · Preview: guess columns, show 50 rows, say what is wrong',
    body: z.object({
      fileId: Id,
      sourceId: Id.optional(),
      stream: z.string().max(20).optional(),
      mapping: Mapping.optional(),
    }),
    reply: Preview,
  },
  look: {
    method: 'POST',
    path: '/admin/imports/sources/look',
    access: 'staff:imports.write',
    summary: '立即查看监视文件夹(平时每 15 秒一次) · Look into the watched folders now',
    reply: z.object({}),
  },
  start: {
    method: 'POST',
    path: '/admin/imports',
    access: 'staff:imports.write',
    summary: '开始导入 · Start an import',
    body: z.object({
      fileId: Id,
      sourceId: Id,
      mapping: Mapping,
      /** Past the guard against loading the same file twice. */
      force: z.boolean().default(false),
      /** When the file came (its own time), for 到数; none = now. */
      arrivedAt: z.iso.datetime({ offset: true }).optional(),
      /** Also keep the mapping under this name. */
      saveAs: z.string().trim().max(100).optional(),
    }),
    reply: ImportRow,
  },
  imports: {
    method: 'GET',
    path: '/admin/imports',
    access: 'staff:imports.read',
    summary: '导入记录 · Imports, newest first',
    query: PageQuery.extend({
      state: z.enum(IMPORT_STATES).optional(),
      sourceId: Id.optional(),
      stream: z.string().max(20).optional(),
    }),
    reply: pageOf(ImportRow),
  },
  import: {
    method: 'GET',
    path: '/admin/imports/:importId',
    access: 'staff:imports.read',
    summary: '一次导入的进度与结果 · Progress and outcome of an import',
    params: z.object({ importId: Id }),
    reply: ImportRow,
  },
  stop: {
    method: 'POST',
    path: '/admin/imports/:importId/stop',
    access: 'staff:imports.write',
    summary: '停止导入(已写入的保留) · Stop; what is in stays in',
    params: z.object({ importId: Id }),
    reply: ImportRow,
  },
  resume: {
    method: 'POST',
    path: '/admin/imports/:importId/resume',
    access: 'staff:imports.write',
    summary: '继续导入 · Go on with a stopped or failed import',
    params: z.object({ importId: Id }),
    reply: ImportRow,
  },
  errorFile: {
    method: 'GET',
    path: '/admin/imports/:importId/errors.csv',
    access: 'staff:imports.read',
    summary: '错误文件：原来的列加「原因」 · The bad rows in their own columns, plus the reason',
    params: z.object({ importId: Id }),
    reply: z.void(),
    raw: true,
  },
  quarantine: {
    method: 'GET',
    path: '/admin/imports/quarantine/rows',
    access: 'staff:imports.read',
    summary: '隔离区 · Quarantine',
    query: QuarantineQuery,
    reply: pageOf(QuarantineRow),
  },
  quarantineGroups: {
    method: 'GET',
    path: '/admin/imports/quarantine/groups',
    access: 'staff:imports.read',
    summary: '隔离区按原因汇总 · Quarantine by reason',
    query: z.object({ importId: Id.optional() }),
    reply: z.object({
      total: z.int(),
      items: z.array(z.object({ reason: z.string(), label: Text, rows: z.int() })),
    }),
  },
  editRow: {
    method: 'PATCH',
    path: '/admin/imports/quarantine/rows/:rowId',
    access: 'staff:imports.write',
    summary: '修正隔离的一行 · Correct a row in quarantine',
    params: z.object({ rowId: Id }),
    body: z.object({ values: z.record(z.string(), z.string().max(500)) }),
    reply: QuarantineRow,
  },
  replay: {
    method: 'POST',
    path: '/admin/imports/quarantine/replay',
    access: 'staff:imports.write',
    summary: '修正后重放 · Replay corrected rows',
    body: ReplayBody,
    reply: z.object({ replayed: z.int(), stillBad: z.int(), documents: z.int() }),
  },
  dismiss: {
    method: 'POST',
    path: '/admin/imports/quarantine/dismiss',
    access: 'staff:imports.write',
    summary: '不再处理这些行 · Dismiss rows for good',
    body: ReplayBody.omit({ set: true }),
    reply: z.object({ dismissed: z.int() }),
  },
})
