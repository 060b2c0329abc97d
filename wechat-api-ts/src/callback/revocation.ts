/** A kind of personal data that a person had let an account know; `everything` is a whole web or mobile app's, `unknown` a number newer than this list. */
export type AuthorizedData =
  | 'carPlate'
  | 'address'
  | 'invoice'
  | 'bluetooth'
  | 'microphone'
  | 'nicknameAndAvatar'
  | 'camera'
  | 'phone'
  | 'steps'
  | 'location'
  | 'pictures'
  | 'files'
  | 'email'
  | 'cards'
  | 'everything'
  | 'unknown'

// Mini-programs: 1–20; pages of an official account: 201–207; web and mobile apps: 301.
const NUMBERS: Readonly<Record<string, AuthorizedData>> = {
  1: 'carPlate',
  2: 'address',
  3: 'invoice',
  4: 'bluetooth',
  5: 'microphone',
  6: 'nicknameAndAvatar',
  7: 'camera',
  8: 'phone',
  12: 'steps',
  13: 'location',
  14: 'pictures',
  15: 'files',
  16: 'email',
  18: 'location',
  19: 'nicknameAndAvatar',
  20: 'nicknameAndAvatar',
  201: 'address',
  202: 'invoice',
  203: 'cards',
  204: 'microphone',
  205: 'nicknameAndAvatar',
  206: 'location',
  207: 'pictures',
  301: 'everything',
}

/**
 * What the numbers of RevokeInfo stand for, each once; never empty: what cannot be read is `unknown`
 * (developers.weixin.qq.com: 授权用户信息变更, of mini-programs, service accounts and apps) [D].
 */
export const revokedData = (info: string): AuthorizedData[] => {
  const numbers = info.match(/\d+/g) ?? ['']
  return [...new Set(numbers.map(number => NUMBERS[number] ?? 'unknown'))]
}
