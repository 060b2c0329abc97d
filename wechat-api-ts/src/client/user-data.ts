import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import { parseLossless } from './json.ts'

/** Data of a mini-program that could not be opened: another session key, another app, or not WeChat's at all. */
export class UserDataError extends Error {
  constructor() {
    super('the data cannot be opened with this session key')
    this.name = 'UserDataError'
  }
}

const Watermarked = z.looseObject({ watermark: z.object({ appid: z.string(), timestamp: z.number() }) })
/** What `encryptedData` held; which fields depends on the API that gave it. */
export type UserData = z.infer<typeof Watermarked>

/**
 * Opens `encryptedData` of a mini-program (AES-128-CBC, protocol note §4.1) and checks that it was made for this app.
 * Throws `UserDataError`, always the same; the visitor must log in again then, for the key may have changed.
 */
export const openUserData = (given: { appId: string; sessionKey: string; iv: string; data: string }): UserData => {
  try {
    const key = Buffer.from(given.sessionKey, 'base64')
    const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(given.iv, 'base64'))
    const text = Buffer.concat([decipher.update(given.data, 'base64'), decipher.final()]).toString()
    const data = Watermarked.parse(parseLossless(text))
    if (data.watermark.appid === given.appId) return data
  } catch {
    // One error for every cause: no padding oracle.
  }
  throw new UserDataError()
}

/** The signature of `rawData` (protocol note §4.1): SHA-1 over the data and the session key. */
export const signRawData = (rawData: string, sessionKey: string): string =>
  createHash('sha1')
    .update(rawData + sessionKey)
    .digest('hex')

/** The signature that `miniprogram.checkSession` and `resetSession` take: HMAC-SHA256 of the empty text. */
export const signSession = (sessionKey: string): string => createHmac('sha256', sessionKey).update('').digest('hex')
