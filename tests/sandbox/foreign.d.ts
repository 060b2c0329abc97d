declare module 'co-wechat-api' {
  type Reply = Record<string, unknown>
  /** The parts of the npm package that the tests call; the package has no types of its own. */
  export default class API {
    constructor(appId: string, secret: string)
    prefix: string
    mpPrefix: string
    fileServerPrefix: string
    ensureAccessToken(): Promise<{ accessToken: string }>
    sendText(openid: string, text: string): Promise<Reply>
    sendImage(openid: string, mediaId: string): Promise<Reply>
    sendNews(openid: string, articles: object[]): Promise<Reply>
    sendTemplate(openid: string, templateId: string, url: string, topColor: string, data: object): Promise<Reply>
    uploadMedia(file: Buffer, type: string, name: string, mime: string): Promise<Reply>
    getMedia(mediaId: string): Promise<Buffer>
    getFollowers(): Promise<Reply>
    getUser(options: { openid: string }): Promise<Reply>
    batchGetUsers(openids: string[]): Promise<Reply>
    createTmpQRCode(scene: number, seconds: number): Promise<Reply>
    createLimitQRCode(scene: number): Promise<Reply>
    showQRCodeURL(ticket: string): string
    createMenu(menu: object): Promise<Reply>
    getMenu(): Promise<Reply>
    addConditionalMenu(menu: object): Promise<Reply>
    tryConditionalMenu(openid: string): Promise<Reply>
    createTags(name: string): Promise<Reply>
    batchTagging(openids: string[], tagId: number): Promise<Reply>
    getIdList(openid: string): Promise<Reply>
    massSendText(text: string, receivers: string[] | boolean, clientMsgId?: string): Promise<Reply>
    getMassMessageStatus(messageId: unknown): Promise<Reply>
  }
}
