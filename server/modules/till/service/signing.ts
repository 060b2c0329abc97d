import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Insertable } from 'kysely'
import { uniqueViolation, type Db, type DB } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { signatureDigits, type PublicKeys } from 'till-client/codes'
import { tillCodesRepository, type SigningKeyRecord } from '../repository/codes.ts'

/** A key signs for so long; those before it still verify, so that no till is surprised. */
const SIGNS_FOR = 180 * 86_400_000
/** How long a process trusts what it has read of the keys. */
const READ_AGAIN = 60_000

/** Signs codes for tills that have no network, by Ed25519; the private key is sealed in the database and never leaves. */
export function codeSigning({ db, vault, clock }: Pick<Kernel, 'db' | 'vault' | 'clock'>) {
  let known: { at: number; keys: SigningKeyRecord[] } | null = null

  function fresh(kid: number): Insertable<DB['till_signing_key']> {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    return {
      kid,
      publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
      privateSealed: vault.seal(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')),
      createdAt: clock.now(),
      retiredAt: null,
    }
  }

  async function make(kid: number): Promise<void> {
    try {
      await tillCodesRepository(db).addKey(fresh(kid))
    } catch (error) {
      // Another process has just made it.
      if (uniqueViolation(error) === null) throw error
    }
  }

  async function read(from: Db): Promise<readonly SigningKeyRecord[]> {
    const now = clock.now().getTime()
    if (known === null || Math.abs(now - known.at) > READ_AGAIN)
      known = { at: now, keys: await tillCodesRepository(from).keys() }
    return known.keys
  }

  /** All keys, the signing one first; made anew when there is none or it has signed long enough. */
  async function keys(): Promise<[SigningKeyRecord, ...SigningKeyRecord[]]> {
    const now = clock.now().getTime()
    const [newest, ...older] = await read(db)
    if (newest !== undefined && newest.retiredAt === null && now - newest.createdAt.getTime() < SIGNS_FOR)
      return [newest, ...older]
    await make(((newest?.kid ?? 0) % 99) + 1)
    known = null
    return keys()
  }

  return {
    /**
     * The public keys by number that were good at a time, as a till keeps them; a retired one was until then. Who asks within
     * a transaction hands it over as `from`: it only reads.
     */
    publicKeys: async (at: Date = clock.now(), from: Db = db): Promise<PublicKeys> =>
      Object.fromEntries(
        (await (from.isTransaction ? read(from) : keys()))
          .filter(({ retiredAt }) => retiredAt === null || retiredAt > at)
          .map(({ kid, publicKey }) => [kid, publicKey]),
      ),

    /** All keys as they are now, newest first; a first one is made where there is none. */
    async known(): Promise<readonly SigningKeyRecord[]> {
      known = null
      return keys()
    },

    fresh,

    /** Somebody has turned the key: read it again. Other processes do within a minute. */
    forget(): void {
      known = null
    },

    /** The number of the key that signs now. */
    kid: async (): Promise<number> => (await keys())[0].kid,

    /** Appends the signature to a text, in digits. */
    async signed(text: string): Promise<string> {
      const [key] = await keys()
      const privateKey = createPrivateKey({
        key: Buffer.from(vault.open(key.privateSealed), 'base64'),
        format: 'der',
        type: 'pkcs8',
      })
      return text + signatureDigits(sign(null, Buffer.from(text), privateKey))
    },
  }
}
export type Signing = ReturnType<typeof codeSigning>
