import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { ShopperCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { pictureType, type FilesApi } from '../../files/index.ts'
import { ticketsErrors } from '../contract.ts'
import {
  attachPhoto,
  countPhotos,
  insertPhoto,
  photoOf,
  photosOfMember,
  photosOfWriter,
  removeTakenBack,
} from '../repository/photos.ts'

const MB = 1024 * 1024
/** What WeChat hands over as a compressed photo is well below. */
const MOST_BYTES = 4 * MB
/** Above this not even the form around the file is read. */
const MOST_REQUEST = MOST_BYTES + 64 * 1024
/** What one person may upload in a day: five full messages. */
const MOST_A_DAY = 20
const DAY = 24 * 60 * 60 * 1000

/** What photos need of the file store. */
export type PhotoFiles = Pick<FilesApi, 'receive' | 'get' | 'pathOf' | 'read' | 'discard'>

/** Photos that shoppers put to their messages: kept sealed off from everybody but the writer and the desk. */
export function createPhotos({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, files: PhotoFiles) {
  return {
    /** Keeps an uploaded photo until a message takes it; throws photoTooLarge, photoKind or tooManyPhotos. */
    async receive(request: IncomingMessage, shopper: ShopperCaller): Promise<{ photoId: string }> {
      const refuse = (error: Error): never => {
        request.resume()
        throw error
      }
      if (Number(request.headers['content-length'] ?? 0) > MOST_REQUEST) refuse(ticketsErrors.photoTooLarge())
      const since = new Date(clock.now().getTime() - DAY)
      if ((await countPhotos(db, shopper, since)) >= MOST_A_DAY) refuse(ticketsErrors.tooManyPhotos())
      const file = await files.receive(request, shopper.memberId ?? 'shopper')
      const mediaType = pictureType(await buffer(createReadStream(await files.pathOf(file), { end: 15 })))
      if (file.size > MOST_BYTES || mediaType === null) {
        await files.discard(file.id)
        throw mediaType === null ? ticketsErrors.photoKind() : ticketsErrors.photoTooLarge()
      }
      const { appId, openid } = shopper
      const id = newId()
      await insertPhoto(db, { id, fileId: file.id, mediaType, appId, openid, createdAt: clock.now() })
      return { photoId: id }
    },
    /** Puts photos of the writer to a message, each once for ever; throws noPhoto. */
    async attach(
      tx: Tx,
      writer: { appId: string; openid: string },
      photoIds: readonly string[],
      to: { ticketId: string; messageId: string },
    ): Promise<void> {
      for (const photoId of photoIds) if (!(await attachPhoto(tx, writer, photoId, to))) throw ticketsErrors.noPhoto()
    },
    /** The bytes of a photo of a ticket that the caller may read. */
    async open(ticketId: string, photoId: string): Promise<{ type: string; content: Readable }> {
      const photo = await photoOf(db, ticketId, photoId)
      if (photo === undefined) throw ticketsErrors.noPhoto()
      return { type: photo.mediaType, content: await files.read(await files.get(photo.fileId)) }
    },
    /** A closed membership: the bytes go before the rows do, so that a repeat finds what is left. */
    async discardOf(memberId: string): Promise<void> {
      for (const { fileId } of await photosOfMember(db, memberId)) await files.discard(fileId)
    },
    /** The writer has taken back in WeChat what they let us see: what they had chosen by then goes, likewise. */
    async takeBack(writer: { appId: string; openid: string }, until: Date): Promise<void> {
      const photos = await photosOfWriter(db, writer, until)
      for (const { fileId } of photos) await files.discard(fileId)
      await inTransaction(db, tx =>
        removeTakenBack(
          tx,
          photos.map(({ id }) => id),
        ),
      )
    },
  }
}
export type Photos = ReturnType<typeof createPhotos>
