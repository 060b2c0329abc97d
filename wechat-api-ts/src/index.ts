export * from './callback/codec.ts'
export { decryptFrame, encryptFrame, type Frame, randomFrameHead, readAesKey } from './callback/cipher.ts'
export {
  type Field,
  type Fields,
  type Format,
  inside,
  listOf,
  readDocument,
  textOf,
  type Writable,
  writeXml,
} from './callback/document.ts'
export { CallbackError, type CallbackRefusal } from './callback/errors.ts'
export * from './callback/message.ts'
export { sameText, sign } from './callback/signature.ts'
export * from './client/client.ts'
export { type Endpoint, endpoints } from './client/endpoints.ts'
export { type ErrorRow, errorTable, explain, type Reaction } from './client/error-table.ts'
export { type Failure, type FailureKind, type Fate, WechatError } from './client/errors.ts'
export { parseLossless } from './client/json.ts'
export * from './client/requests.ts'
export {
  memoryTokenStore,
  type RedisLike,
  redisTokenStore,
  type StoredToken,
  type TokenStore,
} from './client/token-stores.ts'
export { type TokenProvider } from './client/tokens.ts'
export { type Exchange, fetchTransport, nodeTransport, type Transport } from './client/transport.ts'
