import { constants, createCipheriv, createSign, createVerify, generateKeyPairSync, randomBytes } from 'node:crypto'

/** A merchant of the payment twin with every key of both sides; made anew at each start, nothing here is a secret. */
export interface Merchant {
  mchid: string
  /** The merchant's certificate serial and key: the product signs with it. */
  serial: string
  privateKeyPem: string
  publicKeyPem: string
  /** 32 characters; notifications are sealed with it. */
  apiV3Key: string
  /** The platform's public-key id and key: the twin signs with it, the product verifies. */
  platformSerial: string
  platformPrivateKeyPem: string
  platformPublicKeyPem: string
}

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

/** Makes a merchant; two RSA keys, so only when somebody pays. */
export const makeMerchant = (mchid: string): Merchant => {
  const [own, platform] = [pair(), pair()]
  return {
    mchid,
    serial: randomBytes(20).toString('hex').toUpperCase(),
    privateKeyPem: own.privateKey,
    publicKeyPem: own.publicKey,
    apiV3Key: randomBytes(16).toString('hex'),
    platformSerial: `PUB_KEY_ID_0${mchid}${randomBytes(8).toString('hex').toUpperCase()}`,
    platformPrivateKeyPem: platform.privateKey,
    platformPublicKeyPem: platform.publicKey,
  }
}

/** RSA-SHA256 over lines that each end with a newline (wechat-protocol §5). */
export const signLines = (privateKeyPem: string, lines: readonly string[]): string =>
  createSign('RSA-SHA256')
    .update(`${lines.join('\n')}\n`)
    .sign({ key: privateKeyPem, padding: constants.RSA_PKCS1_PADDING }, 'base64')

/** Whether lines were signed by the holder of the key. */
export const linesAreSigned = (publicKeyPem: string, lines: readonly string[], signature: string): boolean =>
  createVerify('RSA-SHA256')
    .update(`${lines.join('\n')}\n`)
    .verify(publicKeyPem, signature, 'base64')

/** The resource of a notification: AEAD_AES_256_GCM, 12-byte nonce, the tag at the end (wechat-protocol §5). */
export const sealResource = (apiV3Key: string, original_type: string, content: unknown) => {
  const nonce = randomBytes(6).toString('hex')
  const associated_data = original_type
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce)
  cipher.setAAD(Buffer.from(associated_data))
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()])
  return {
    algorithm: 'AEAD_AES_256_GCM',
    original_type,
    associated_data,
    nonce,
    ciphertext: ciphertext.toString('base64'),
  }
}
