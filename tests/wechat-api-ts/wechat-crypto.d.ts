declare module 'wechat-crypto' {
  export default class WechatCrypto {
    constructor(token: string, encodingAesKey: string, appId: string)
    getSignature(timestamp: string, nonce: string, encrypt: string): string
    encrypt(text: string): string
    decrypt(text: string): { message: string; id: string }
  }
}
