import { operations } from '../api/operations.ts'
import { downloadFile, uploadFile } from '../api/request.ts'
import { inSession } from '../api/session.ts'

/** Lets the shopper take or pick photos; empty when she does not. */
export function choosePhotos(count: number): Promise<string[]> {
  return new Promise(resolve => {
    wx.chooseMedia({
      count,
      mediaType: ['image'],
      sizeType: ['compressed'],
      success: ({ tempFiles }) => resolve(tempFiles.map(({ tempFilePath }) => tempFilePath)),
      fail: () => resolve([]),
    })
  })
}

/** Uploads a photo for a message to come; its id. Rejects with ApiError. */
export async function uploadPhoto(file: string): Promise<string> {
  const reply = await inSession(token => uploadFile(operations.tickets.addPhoto.path, file, token))
  return (reply as { photoId: string }).photoId
}

/** Where a photo of my ticket lies on this phone. Rejects with ApiError. */
export function photoFile(ticketId: string, photoId: string): Promise<string> {
  const path = operations.tickets.myPhoto.path.replace(':ticketId', ticketId).replace(':photoId', photoId)
  return inSession(token => downloadFile(path, token))
}
