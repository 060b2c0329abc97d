import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

/** Seals personal data at rest and makes keyed hashes to find it by. */
export interface Vault {
  /** AES-256-GCM under the newest key: 'version.iv.tag.text' in base64url. */
  seal(text: string): string
  /** Opens what any configured key has sealed; throws when it was altered. */
  open(sealed: string): string
  /** A keyed hash (43 characters) to look up by; `kind` keeps a phone's hash apart from a name's. */
  hash(kind: string, text: string): string
  /** The version of the key that seals now. */
  readonly version: string
}

/** A vault over versioned 32-byte keys (base64), the newest last, and one look-up key that stays. */
export function createVault(keys: ReadonlyMap<string, Buffer>, lookupKey: Buffer): Vault {
  const newest = [...keys].at(-1)
  if (newest === undefined) throw new Error('the vault has no key')
  const [version, key] = newest
  return {
    version,
    seal(text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return [
        version,
        iv.toString('base64url'),
        cipher.getAuthTag().toString('base64url'),
        body.toString('base64url'),
      ].join('.')
    },
    open(sealed) {
      const [name = '', iv = '', tag = '', body = ''] = sealed.split('.')
      const old = keys.get(name)
      if (old === undefined) throw new Error(`no vault key of version ${name}`)
      const decipher = createDecipheriv('aes-256-gcm', old, Buffer.from(iv, 'base64url'))
      decipher.setAuthTag(Buffer.from(tag, 'base64url'))
      return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8')
    },
    hash: (kind, text) => createHmac('sha256', lookupKey).update(`${kind}:${text}`).digest('base64url'),
  }
}

/** 13812341234 → 138****1234. */
export const maskPhone = (phone: string): string =>
  phone.length >= 11 ? `${phone.slice(0, 3)}****${phone.slice(-4)}` : `****${phone.slice(-2)}`

/** 王小明 → 王**; a Latin name keeps its first letter. */
export const maskName = (name: string): string =>
  name === '' ? '' : `${String.fromCodePoint(name.codePointAt(0) ?? 0)}**`
