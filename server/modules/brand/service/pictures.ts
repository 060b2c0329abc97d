import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { pictureType, type FilesApi } from '../../files/index.ts'
import type { Audit } from '../../staff/index.ts'
import { brandErrors } from '../contract.ts'
import { findPicture, insertPicture } from '../repository.ts'

const KB = 1024
/** A banner is as wide as a phone: more than this only makes the page wait. */
const MOST_BYTES = 500 * KB
/** Above this not even the form around the file is read. */
const MOST_REQUEST = MOST_BYTES + 64 * KB

/** Pictures of the banner: taken in from the staff, shown to whoever opens the mini-program. */
export function brandPictures(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  { files, audit }: { readonly files: FilesApi; readonly audit: Audit },
) {
  const tooLarge = () => brandErrors.pictureTooLarge({ limit: `${MOST_BYTES / KB} KB` })
  return {
    /** Keeps an uploaded picture; throws pictureTooLarge, pictureKind. */
    async receive(request: IncomingMessage, caller: StaffCaller): Promise<{ pictureId: string }> {
      if (Number(request.headers['content-length'] ?? 0) > MOST_REQUEST) {
        request.resume()
        throw tooLarge()
      }
      const file = await files.receive(request, caller.staffId)
      if (file.size > MOST_BYTES) throw tooLarge()
      const mediaType = pictureType(await buffer(createReadStream(await files.pathOf(file), { end: 15 })))
      if (mediaType === null) throw brandErrors.pictureKind()
      const id = newId()
      await inTransaction(db, async tx => {
        await insertPicture(tx, {
          id,
          fileId: file.id,
          mediaType,
          createdBy: caller.staffId,
          createdAt: clock.now(),
        })
        await audit(tx, caller, {
          action: 'brand.change',
          subjectKind: 'brand',
          subjectId: 'banner',
          details: { picture: file.name, size: file.size },
        })
      })
      return { pictureId: id }
    },

    /** The bytes of a picture, with the type that they were found to be. Throws noPicture. */
    async open(pictureId: string): Promise<{ type: string; content: Readable }> {
      const picture = await findPicture(db, pictureId)
      if (picture === undefined) throw brandErrors.noPicture()
      return { type: picture.mediaType, content: await files.read(await files.get(picture.fileId)) }
    },
  }
}
export type BrandPictures = ReturnType<typeof brandPictures>
