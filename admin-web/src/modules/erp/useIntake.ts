import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { erp } from '../../api/index.ts'
import { sendFile } from '../../api/send.ts'
import { operations } from '../../api/operations.ts'

export type Preview = Awaited<ReturnType<typeof erp.preview>>
type Mapping = Preview['mapping']

const fileIdOf = (reply: unknown): string => {
  const id: unknown = typeof reply === 'object' && reply !== null ? Reflect.get(reply, 'fileId') : undefined
  if (typeof id !== 'string') throw new Error('the upload was not answered with a file id')
  return id
}

/** The behaviour of the import wizard: upload, preview, change the mapping, start. */
export function useIntake(): {
  preview: Ref<Preview | null>
  sourceId: Ref<string | null>
  take: (file: File) => Promise<void>
  look: (change?: { stream?: string; mapping?: Mapping }) => Promise<void>
  columnOf: ComputedRef<ReadonlyMap<string, string>>
  assign: (column: string, field: string | null) => Promise<void>
  /** How the file's last line says what it holds; null = it has none. */
  ends: (trailer: Mapping['trailer']) => Promise<void>
  start: (options: { force: boolean; saveAs: string | null }) => Promise<string>
} {
  const fileId = ref<string | null>(null)
  const preview = ref<Preview | null>(null)
  const sourceId = ref<string | null>(null)

  async function look(change: { stream?: string; mapping?: Mapping } = {}): Promise<void> {
    if (fileId.value === null) return
    const source = sourceId.value === null ? {} : { sourceId: sourceId.value }
    preview.value = await erp.preview({ body: { fileId: fileId.value, ...source, ...change } })
  }
  /** Which field each column of the file goes to. */
  const columnOf = computed<ReadonlyMap<string, string>>(() => {
    const map = new Map<string, string>()
    for (const [field, from] of Object.entries(preview.value?.mapping.fields ?? {}))
      if (from.column !== undefined) map.set(from.column, field)
    return map
  })
  return {
    preview,
    sourceId,
    columnOf,
    look,
    take: async file => {
      fileId.value = fileIdOf(await sendFile(operations.erp.upload.path, file))
      await look()
    },
    assign: async (column, field) => {
      const found = preview.value
      if (found === null) return
      const others = Object.entries(found.mapping.fields).filter(
        ([name, from]) => name !== field && from.column !== column,
      )
      const kept = field === null ? undefined : found.mapping.fields[field]
      const fields = Object.fromEntries(others)
      if (field !== null) fields[field] = { ...kept, column }
      await look({ stream: found.stream, mapping: { ...found.mapping, fields } })
    },
    ends: async trailer => {
      const found = preview.value
      if (found !== null) await look({ stream: found.stream, mapping: { ...found.mapping, trailer } })
    },
    start: async ({ force, saveAs }) => {
      const found = preview.value
      if (found === null || sourceId.value === null) throw new Error('nothing to start')
      const body = {
        fileId: found.fileId,
        sourceId: sourceId.value,
        mapping: found.mapping,
        force,
        ...(saveAs === null ? {} : { saveAs }),
      }
      return (await erp.start({ body })).id
    },
  }
}
