import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { pictureType } from '../../files/index.ts'
import { rewardsErrors } from '../contract/index.ts'
import { picturesRepository } from '../repository/pictures.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

const MB = 1024 * 1024
/** A picture on a phone: 2 MB are plenty, and a shelf of thirty still loads. */
const MOST_BYTES = 2 * MB
/** Above this not even the form around the file is read. */
const MOST_REQUEST = MOST_BYTES + 64 * 1024

/** Pictures of the mall: taken in from the staff, shown to whoever opens the mall. */
export function mallPictures(
  { db, clock, newId }: Pick<RewardsKernel, 'db' | 'clock' | 'newId'>,
  { files, audit }: Pick<RewardsNeeds, 'files' | 'audit'>,
) {
  return {
    /** Keeps an uploaded picture; throws rewards.pictureTooLarge or rewards.pictureKind. */
    async receive(request: IncomingMessage, caller: StaffCaller) {
      if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
      if (Number(request.headers['content-length'] ?? 0) > MOST_REQUEST) {
        request.resume()
        throw rewardsErrors.pictureTooLarge()
      }
      const file = await files.receive(request, caller.staffId)
      if (file.size > MOST_BYTES) throw rewardsErrors.pictureTooLarge()
      const mediaType = pictureType(await buffer(createReadStream(await files.pathOf(file), { end: 15 })))
      if (mediaType === null) throw rewardsErrors.pictureKind()
      const id = newId()
      await inTransaction(db, async tx => {
        await picturesRepository(tx).insert({
          id,
          fileId: file.id,
          mediaType,
          createdBy: caller.staffId,
          createdAt: clock.now(),
        })
        await audit(tx, caller, {
          action: 'rewards.addPicture',
          subjectKind: 'rewardPicture',
          subjectId: id,
          details: { name: file.name, size: file.size },
        })
      })
      return { imageId: id, mediaType, size: file.size }
    },

    /** The bytes of a picture, with the type that they were found to be. Throws rewards.noPicture. */
    async open(imageId: string): Promise<{ type: string; content: Readable }> {
      const picture = await picturesRepository(db).find(imageId)
      if (picture === undefined) throw rewardsErrors.noPicture()
      return { type: picture.mediaType, content: await files.read(await files.get(picture.fileId)) }
    },

    known: async (imageId: string): Promise<boolean> => (await picturesRepository(db).find(imageId)) !== undefined,
  }
}
export type Pictures = ReturnType<typeof mallPictures>
