import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { access, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import busboy from 'busboy'
import type { Kernel } from '../../../kernel/module.ts'
import { filesErrors } from '../contract.ts'
import { deleteFile, findFile, insertFile, isStoredTwice, type StoredFile } from '../repository.ts'

/** The largest upload: 1 GiB. */
const MAX_BYTES = 1024 ** 3

export interface FilesApi {
  /** Stores a stream durably and returns its row; refuses an empty or too large one and leaves nothing behind. */
  store(content: Readable, about: { name: string; mediaType?: string; uploadedBy?: string | null }): Promise<StoredFile>
  /** Stores the first file of a multipart request. */
  receive(request: IncomingMessage, uploadedBy: string): Promise<StoredFile>
  /** The row of a file; throws files.notFound. */
  get(id: string): Promise<StoredFile>
  /** Where the bytes lie; throws files.missingBytes when they are gone. */
  pathOf(file: StoredFile): Promise<string>
  /** Reads the bytes. */
  read(file: StoredFile): Promise<Readable>
  /**
   * Takes a file away, bytes first; one that has gone already is no error. For bytes that nobody else stores (what is
   * sealed never comes twice): whoever stored the same content keeps it, but not in the same moment.
   */
  discard(id: string): Promise<void>
}

/** The last part of a name, without anything that could lead out of a folder. */
const plainName = (name: string): string => {
  const last = basename(name.replaceAll('\\', '/'))
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 255)
  return last === '' || last === '.' || last === '..' ? 'file' : last
}

/** The uploads of one installation, on disk below DATA_DIR/files by their sha256. */
export function createFileStore({ db, clock, newId, config }: Kernel, maxBytes = MAX_BYTES): FilesApi {
  const root = resolve(config.DATA_DIR, 'files')
  const placeOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256)

  /** Writes to a temporary name, syncs, then moves: a half-written file never has a valid name. */
  async function writeDown(content: Readable, name: string): Promise<{ sha256: string; size: number }> {
    // An upload may break off before it is read; the reading below then throws what it broke with.
    content.on('error', () => undefined)
    const temporary = join(root, 'incoming', newId())
    await mkdir(dirname(temporary), { recursive: true })
    const hash = createHash('sha256')
    let size = 0
    const handle = await open(temporary, 'wx')
    try {
      for await (const chunk of content) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array)
        size += bytes.length
        if (size > maxBytes) throw filesErrors.tooLarge({ name, limit: `${Math.floor(maxBytes / 1024 ** 2)} MiB` })
        hash.update(bytes)
        await handle.write(bytes)
      }
      if (size === 0) throw filesErrors.empty({ name })
      await handle.sync()
      await handle.close()
      const sha256 = hash.digest('hex')
      const place = placeOf(sha256)
      await mkdir(dirname(place), { recursive: true })
      await rename(temporary, place)
      return { sha256, size }
    } catch (error) {
      await handle.close().catch(() => undefined)
      await rm(temporary, { force: true })
      throw error
    }
  }

  const store: FilesApi['store'] = async (
    content,
    { name, mediaType = 'application/octet-stream', uploadedBy = null },
  ) => {
    const plain = plainName(name)
    const { sha256, size } = await writeDown(content, plain)
    const file = { id: newId(), sha256, size, name: plain, mediaType: mediaType.slice(0, 100), createdAt: clock.now() }
    await insertFile(db, { ...file, uploadedBy })
    return file
  }

  return {
    store,
    receive: (request, uploadedBy) =>
      receiveFirst(request, (content, about) => store(content, { ...about, uploadedBy })),
    async get(id) {
      const file = await findFile(db, id)
      if (file === undefined) throw filesErrors.notFound()
      return file
    },
    async pathOf(file) {
      const place = placeOf(file.sha256)
      await access(place, constants.R_OK).catch(() => {
        throw filesErrors.missingBytes({ name: file.name })
      })
      return place
    },
    async read(file) {
      return createReadStream(await this.pathOf(file))
    },
    async discard(id) {
      const file = await findFile(db, id)
      if (file === undefined) return
      if (!(await isStoredTwice(db, file.sha256))) await rm(placeOf(file.sha256), { force: true })
      await deleteFile(db, id)
    },
  }
}

type Keep = (content: Readable, about: { name: string; mediaType: string }) => Promise<StoredFile>

/** Takes the first file part of a multipart request; a request that breaks off stores nothing. */
function receiveFirst(request: IncomingMessage, keep: Keep): Promise<StoredFile> {
  return new Promise((done, fail) => {
    let parser: busboy.Busboy
    try {
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { files: 1, fields: 10 } })
    } catch {
      fail(filesErrors.noFile())
      return
    }
    let taken: Promise<StoredFile> | undefined
    let content: Readable | undefined
    const broken = (): void => {
      content?.destroy(filesErrors.broken())
      if (taken === undefined) fail(filesErrors.broken())
    }
    parser.on('file', (_field, stream, { filename, mimeType }) => {
      content = stream
      taken = keep(stream, { name: filename ?? 'file', mediaType: mimeType }).catch((error: unknown) => {
        request.unpipe(parser)
        request.resume()
        throw error
      })
      done(taken)
    })
    parser.on('close', () => {
      if (taken === undefined) fail(filesErrors.noFile())
    })
    parser.on('error', broken)
    request.on('aborted', broken)
    request.on('error', broken)
    request.pipe(parser)
  })
}
