export * from './callback/codec.ts'
export {
  decryptFrame,
  encryptFrame,
  type Frame,
  type FrameKey,
  randomFrameHead,
  readAesKey,
} from './callback/cipher.ts'
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
export type { Content, MassCounts, SubscribeEntry, SubscribeResult, TemplateOutcome } from './callback/content.ts'
export { dedupeKey, type Inbound, readMessage } from './callback/message.ts'
export { type AuthorizedData } from './callback/revocation.ts'
export { type Reply, type ReplyArticle, replyFields } from './callback/replies.ts'
export { sameText, sign } from './callback/signature.ts'
export { type Args, type Call, type Input, type Output } from './client/call.ts'
export * from './client/client.ts'
export { type JsSdkConfig, jsSdkConfig, signJsSdk } from './client/js-sdk.ts'
export { parseLossless } from './client/json.ts'
export { type Keeper } from './client/keeper.ts'
export { type Upload } from './client/multipart.ts'
export { type WechatFile } from './client/reply.ts'
export * from './client/requests.ts'
export {
  memoryTokenStore,
  type RedisLike,
  redisTokenStore,
  type StoredToken,
  type TokenStore,
} from './client/token-stores.ts'
export { type Answered, type Exchange, fetchTransport, nodeTransport, type Transport } from './client/transport.ts'
export { openUserData, signRawData, signSession, type UserData, UserDataError } from './client/user-data.ts'
export * from './endpoints/index.ts'
export { againAt, backOff, quotaBack } from './errors/again.ts'
export { type Failure, type FailureKind, type Fate, ridOf, WechatError } from './errors/error.ts'
export { type ErrorRow, errorTable, explain, type Reaction, type SpentUntil, tokenCodes } from './errors/table.ts'
