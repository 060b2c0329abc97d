import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

// Written from wechat-protocol §1.7, and on purpose not shared with the client that the product uses: a simulator
// that has the client's code has the client's mistakes. Both are checked against the same independent vectors.

/** SHA-1 over the parts, sorted and joined. */
export const signature = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex')

const keyOf = (encodingAesKey: string): Buffer => Buffer.from(`${encodingAesKey}=`, 'base64')

/** random(16) ‖ length ‖ text ‖ appid, padded to a multiple of 32, AES-256-CBC, base64. */
export const encrypt = (encodingAesKey: string, appId: string, text: string): string => {
  const key = keyOf(encodingAesKey)
  const content = Buffer.from(text)
  const frame = Buffer.alloc(20 + content.length)
  frame.write(randomBytes(8).toString('hex'), 0, 'latin1')
  frame.writeUInt32BE(content.length, 16)
  content.copy(frame, 20)
  const whole = Buffer.concat([frame, Buffer.from(appId)])
  const pad = 32 - (whole.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16))
  cipher.setAutoPadding(false)
  return cipher.update(Buffer.concat([whole, Buffer.alloc(pad, pad)])).toString('base64')
}

/** The text and the appid inside a frame; null when it is not one. */
export const decrypt = (encodingAesKey: string, encrypted: string): { text: string; appId: string } | null => {
  const key = keyOf(encodingAesKey)
  const bytes = Buffer.from(encrypted, 'base64')
  if (bytes.length === 0 || bytes.length % 32 !== 0) return null
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16))
  decipher.setAutoPadding(false)
  const padded = decipher.update(bytes)
  const pad = padded[padded.length - 1] ?? 0
  if (pad < 1 || pad > 32) return null
  const end = padded.length - pad
  const length = end >= 20 ? padded.readUInt32BE(16) : Number.POSITIVE_INFINITY
  if (20 + length > end) return null
  return { text: padded.toString('utf8', 20, 20 + length), appId: padded.toString('utf8', 20 + length, end) }
}
