import { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { StaffCaller } from '../../kernel/http/caller.ts'
import { mount } from '../../kernel/http/mount.ts'
import { erpApi, erpErrors } from './contract.ts'
import { streamOf, type Engine } from './service/engine.ts'
import { lookSoon } from './service/drop.ts'
import { getImport, getImports, resumeImport, startImport, stopImport } from './service/imports.ts'
import { previewFile } from './service/preview.ts'
import { dismissRows, editRow, replayRows } from './service/quarantine.ts'
import { errorFile, quarantineGroups, quarantineOne, quarantinePage } from './service/quarantineList.ts'
import { addSource, changeSource, getMappings, getSources, keepMapping } from './service/sources.ts'

/** Files bring the data of every store, so only staff of the whole chain may open or change them. */
function wholeChain(caller: StaffCaller): StaffCaller {
  if (caller.scope.kind !== 'all') throw erpErrors.wholeChain()
  return caller
}

/** Serves the importer: sources, mappings, files, imports, quarantine. */
export function erpRoutes(router: Router, engine: Engine): void {
  mount(router, erpApi, {
    streams: () => ({
      items: engine.streams.map(({ name, label, fields }) => ({
        name,
        label,
        fields: fields.map(field => ({ name: field.name, label: field.label, required: field.required })),
      })),
    }),
    sources: async () => ({ items: await getSources(engine) }),
    createSource: ({ body }, caller) => addSource(engine, body, wholeChain(caller)),
    updateSource: ({ params, body }, caller) => changeSource(engine, params.sourceId, body, wholeChain(caller)),
    mappings: async ({ query }) => ({ items: await getMappings(engine, query.sourceId) }),
    saveMapping: ({ body }, caller) => keepMapping(engine, body, wholeChain(caller)),
    upload: async (_input, caller, ctx) => {
      const file = await engine.files.receive(ctx.req, wholeChain(caller).staffId)
      return { fileId: file.id, fileName: file.name, size: file.size, sha256: file.sha256 }
    },
    preview: ({ body }, caller) => {
      wholeChain(caller)
      return previewFile(engine, body)
    },
    look: async (_input, caller) => {
      wholeChain(caller)
      await lookSoon(engine)
      return {}
    },
    start: async ({ body }, caller) => {
      wholeChain(caller)
      streamOf(engine, body.mapping.stream)
      const { saveAs, arrivedAt, ...rest } = body
      if (saveAs !== undefined && saveAs !== '') {
        await keepMapping(
          engine,
          { sourceId: body.sourceId, name: saveAs, filePattern: null, definition: body.mapping },
          caller,
        )
      }
      return getImport(
        engine,
        await startImport(
          engine,
          { ...rest, ...(arrivedAt === undefined ? {} : { arrivedAt: new Date(arrivedAt) }) },
          caller,
        ),
      )
    },
    imports: ({ query }, caller) => getImports(engine, query, caller.scope),
    import: ({ params }, caller) => {
      wholeChain(caller)
      return getImport(engine, params.importId)
    },
    stop: ({ params }, caller) => stopImport(engine, params.importId, wholeChain(caller)),
    resume: ({ params }, caller) => resumeImport(engine, params.importId, wholeChain(caller)),
    errorFile: ({ params }, caller, ctx) => {
      wholeChain(caller)
      ctx.type = 'text/csv; charset=utf-8'
      ctx.attachment(`errors-${params.importId}.csv`)
      ctx.body = Readable.from(errorFile(engine, params.importId))
    },
    quarantine: ({ query }, caller) => quarantinePage(engine, query, caller.scope),
    quarantineGroups: ({ query }, caller) =>
      quarantineGroups(engine, { importId: query.importId, scope: caller.scope }),
    editRow: async ({ params, body }, caller) => {
      wholeChain(caller)
      await editRow(engine, params.rowId, body.values)
      return quarantineOne(engine, params.rowId)
    },
    replay: ({ body }, caller) => replayRows(engine, body, wholeChain(caller)),
    dismiss: async ({ body }, caller) => ({ dismissed: await dismissRows(engine, body, wholeChain(caller)) }),
  })
}
