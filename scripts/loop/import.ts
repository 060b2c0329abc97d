import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { ImportFile } from './dataset.ts'
import type { Story } from './story.ts'

interface ImportRow {
  id: string
  fileName: string
  state: string
  rowsBad: number
  documentsNew: number
  error: { en: string } | null
}

/** Hands files to the product as a person would: upload, then start with a mapping. Answers the imports' ids. */
export async function startImports(
  { owner, sourceId }: Story,
  files: readonly ImportFile[],
  force = false,
): Promise<string[]> {
  const ids: string[] = []
  for (const file of files) {
    const { fileId } = await owner.upload(file.name, readFileSync(file.path))
    const started = await owner.call<ImportRow>('POST', '/api/admin/imports', {
      fileId,
      sourceId,
      mapping: file.mapping,
      force,
    })
    ids.push(started.id)
  }
  return ids
}

/** Waits until these imports have ended; throws when one has failed. `meanwhile` runs again and again. */
export async function importsDone(
  { owner, instance }: Story,
  ids: readonly string[],
  meanwhile: (progress: number) => void,
): Promise<void> {
  const open = new Set(ids)
  for (const deadline = performance.now() + 900_000; open.size > 0;) {
    if (performance.now() > deadline) throw new Error(`${open.size} imports have not ended`)
    for (const id of [...open].slice(0, 40)) {
      const row = await owner.call<ImportRow>('GET', `/api/admin/imports/${id}`)
      if (row.state === 'failed' || row.state === 'stopped')
        throw new Error(`import of ${row.fileName} ${row.state}: ${row.error?.en ?? ''}`)
      if (row.state !== 'done') break
      open.delete(id)
    }
    instance.jobs.check()
    meanwhile((ids.length - open.size) / ids.length)
    await wait(200)
  }
}

/** Imports files to the end, events and points included. */
export async function importAll(
  story: Story,
  files: readonly ImportFile[],
  options: { force?: boolean; meanwhile?: (progress: number) => void } = {},
): Promise<void> {
  const meanwhile = options.meanwhile ?? (() => {})
  await importsDone(story, await startImports(story, files, options.force), meanwhile)
  await story.watch.drained(600, () => meanwhile(1))
}
