import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { CallbackError } from './errors.ts'

// WeChat pads to 32 although the AES block is 16: with Node's own padding every other implementation's
// frames of 17–32 pad bytes would be refused, so padding is done by hand.
const BLOCK = 32

/** A key ready for use: made once for an account, because Node takes longer to take in 32 bytes than to decrypt a push. */
export interface FrameKey {
  secret: KeyObject
  /** The first 16 bytes of the key. */
  iv: Uint8Array
}

/** Turns a 43-character EncodingAESKey into the key it stands for; throws on any other length. */
export const readAesKey = (encodingAesKey: string): FrameKey => {
  if (!/^[A-Za-z0-9]{43}$/.test(encodingAesKey)) throw new Error('an EncodingAESKey has 43 letters and digits')
  const bytes = Buffer.from(`${encodingAesKey}=`, 'base64')
  return { secret: createSecretKey(bytes), iv: bytes.subarray(0, 16) }
}

/** Sixteen printable random characters, as real pushes have them. */
export const randomFrameHead = (): string => randomBytes(8).toString('hex')

/** Encrypts a message into WeChat's frame: 16 random bytes, length, text, appid; AES-256-CBC; base64. */
export const encryptFrame = (key: FrameKey, appId: string, text: string, head = randomFrameHead()): string => {
  const body = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const frame = Buffer.concat([Buffer.from(head), length, body, Buffer.from(appId)])
  const pad = BLOCK - (frame.length % BLOCK)
  const cipher = createCipheriv('aes-256-cbc', key.secret, key.iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(frame), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString('base64')
}

/** What a frame held. */
export interface Frame {
  text: string
  appId: string
}

/** Opens a frame (protocol note §1.7); throws CallbackError, and every way to fail looks the same from outside (no padding oracle). */
export const decryptFrame = (key: FrameKey, encrypted: string): Frame => {
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length < BLOCK || bytes.length % 16 !== 0) throw new CallbackError('cannotDecrypt')
  const decipher = createDecipheriv('aes-256-cbc', key.secret, key.iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()])
  const pad = padded.at(-1) ?? 0
  if (pad < 1 || pad > BLOCK || pad > padded.length) throw new CallbackError('cannotDecrypt')
  if (padded.subarray(padded.length - pad).some(byte => byte !== pad)) throw new CallbackError('cannotDecrypt')
  const frame = padded.subarray(0, padded.length - pad)
  if (frame.length < 20) throw new CallbackError('cannotDecrypt')
  const end = 20 + frame.readUInt32BE(16)
  if (end > frame.length) throw new CallbackError('cannotDecrypt')
  return { text: frame.toString('utf8', 20, end), appId: frame.toString('utf8', end) }
}
