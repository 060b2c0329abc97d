declare module 'wechat-crypto' {
  export default class WechatCrypto {
    constructor(token: string, encodingAesKey: string, appId: string)
    encrypt(text: string): string
    decrypt(text: string): { message: string; id: string }
  }
}
