import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { WechatError } from 'wechat-api-ts'
import { z } from 'zod'
import type { Db } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { FilesApi } from '../../../files/index.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import { wechatErrors, type Material } from '../../contract/index.ts'
import {
  copyOf,
  insertMaterial,
  keepCopy,
  materialById,
  materialsOf,
  type StoredMaterial,
} from '../../repository/materials.ts'
import type { Account } from '../accounts.ts'

const MB = 1024 * 1024
type Kind = z.output<typeof Material>['kind']
const Kind = z.enum(['image', 'voice', 'video', 'thumb'])

/** WeChat's limits of permanent materials (wechat-protocol §3.8): bytes and endings. */
const LIMITS: Readonly<Record<Kind, { bytes: number; endings: readonly string[] }>> = {
  image: { bytes: 10 * MB, endings: ['jpg', 'jpeg', 'png', 'gif', 'bmp'] },
  voice: { bytes: 2 * MB, endings: ['mp3', 'amr', 'wma', 'wav'] },
  video: { bytes: 10 * MB, endings: ['mp4'] },
  thumb: { bytes: 64 * 1024, endings: ['jpg', 'jpeg'] },
}
const LISTED = 200

/** How a file of a kind begins; by its name alone anything could come in. */
const BEGINS: readonly (readonly [ending: string, type: string, bytes: readonly number[], at: number])[] = [
  ['jpg', 'image/jpeg', [0xff, 0xd8, 0xff], 0],
  ['jpeg', 'image/jpeg', [0xff, 0xd8, 0xff], 0],
  ['png', 'image/png', [0x89, 0x50, 0x4e, 0x47], 0],
  ['gif', 'image/gif', [0x47, 0x49, 0x46], 0],
  ['bmp', 'image/bmp', [0x42, 0x4d], 0],
  ['mp4', 'video/mp4', [0x66, 0x74, 0x79, 0x70], 4],
]
const typeOf = (ending: string, head: Buffer): string | null => {
  const known = BEGINS.filter(([one]) => one === ending)
  if (known.length === 0) return 'application/octet-stream'
  return known.find(([, , bytes, at]) => bytes.every((byte, index) => head[at + index] === byte))?.[1] ?? null
}

/** The pictures, sounds and films of replies and menus: kept by us, and by each account's WeChat where they are used. */
export function createMaterials({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, files: FilesApi) {
  async function view(row: StoredMaterial): Promise<z.input<typeof Material>> {
    const file = await files.get(row.fileId)
    return { ...row, materialId: row.id, kind: Kind.parse(row.kind), size: file.size, mediaType: file.mediaType }
  }

  async function find(materialId: string): Promise<StoredMaterial> {
    const row = await materialById(db, materialId)
    if (row === undefined) throw commonErrors.notFound()
    return row
  }

  /** The id under which an account's WeChat keeps a material; uploads it when it does not yet. Throws materialRefused. */
  async function atWechat(account: Account, materialId: string): Promise<{ mediaId: string; url: string }> {
    const known = await copyOf(db, materialId, account.appId)
    if (known !== undefined) return known
    const row = await find(materialId)
    const file = await files.get(row.fileId)
    const bytes = await buffer(createReadStream(await files.pathOf(file)))
    const introduction = { title: row.title === '' ? row.name : row.title, introduction: row.description }
    try {
      const { media_id, url = '' } = await account.client.materials.add({
        type: Kind.parse(row.kind),
        file: { name: file.name, bytes },
        ...(row.kind === 'video' ? { description: JSON.stringify(introduction) } : {}),
      })
      await keepCopy(db, { materialId, appId: account.appId, mediaId: media_id, url, at: clock.now() })
    } catch (error) {
      if (!(error instanceof WechatError)) throw error
      throw wechatErrors.materialRefused({ name: row.name, zh: error.zh, en: error.en })
    }
    return (await copyOf(db, materialId, account.appId)) ?? { mediaId: '', url: '' }
  }

  return {
    atWechat,
    /** Takes a file in; throws materialTooLarge or materialKind. */
    async receive(request: IncomingMessage, kind: Kind, caller: StaffCaller): Promise<z.input<typeof Material>> {
      const limit = LIMITS[kind]
      if (Number(request.headers['content-length'] ?? 0) > limit.bytes + 64 * 1024) {
        request.resume()
        throw wechatErrors.materialTooLarge({ limit: `${Math.floor(limit.bytes / 1024)} KB` })
      }
      const file = await files.receive(request, caller.staffId)
      const ending = file.name.split('.').at(-1)?.toLowerCase() ?? ''
      if (file.size > limit.bytes)
        throw wechatErrors.materialTooLarge({ limit: `${Math.floor(limit.bytes / 1024)} KB` })
      const head = await buffer(createReadStream(await files.pathOf(file), { end: 15 }))
      if (!limit.endings.includes(ending) || typeOf(ending, head) === null)
        throw wechatErrors.materialKind({ endings: limit.endings.join('、') })
      const row = {
        id: newId(),
        fileId: file.id,
        kind,
        name: file.name.slice(0, 120),
        title: '',
        description: '',
        createdAt: clock.now(),
        createdBy: caller.name.slice(0, 60),
      }
      await db.transaction().execute(tx => insertMaterial(tx, row))
      return view(row)
    },
    list: async (kind: Kind): Promise<z.input<typeof Material>[]> =>
      Promise.all((await materialsOf(db, kind, LISTED)).map(view)),
    /** Our own copy, with a type by which a browser shows it and never runs it. */
    async open(materialId: string): Promise<{ type: string; content: Readable }> {
      const file = await files.get((await find(materialId)).fileId)
      const ending = file.name.split('.').at(-1)?.toLowerCase() ?? ''
      const type = BEGINS.find(([one]) => one === ending)?.[1] ?? 'application/octet-stream'
      return { type, content: await files.read(file) }
    },
    /** Which of these ids are materials of ours. */
    async known(ids: readonly string[], from: Db = db): Promise<Set<string>> {
      if (ids.length === 0) return new Set()
      const rows = await from.selectFrom('wechat_material').select('id').where('id', 'in', ids).execute()
      return new Set(rows.map(({ id }) => id))
    },
  }
}
export type Materials = ReturnType<typeof createMaterials>
