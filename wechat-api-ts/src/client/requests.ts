/** The values of a template by parameter name, for example `{ thing1: '大米' }`. */
export type TemplateData = Readonly<Record<string, string>>

/** A template message of a service account (protocol note §3.1). */
export interface TemplateMessage {
  openid: string
  templateId: string
  data: TemplateData
  /** At most 64 characters; the same id is shown once. */
  clientMsgId?: string
  url?: string
  /** Wins over `url`; the mini-program must be linked to the account. */
  miniprogram?: { appId: string; path: string }
}

/** A subscribe message of a mini-program (protocol note §4.2). */
export interface SubscribeMessage {
  openid: string
  templateId: string
  data: TemplateData
  page?: string
  state?: 'developer' | 'trial' | 'formal'
}

/** One entry of a menu: opens a page, a mini-program, or sends its key as an event. */
export type MenuButton =
  | { type: 'click'; name: string; key: string }
  | { type: 'view'; name: string; url: string }
  | { type: 'miniprogram'; name: string; appid: string; pagepath: string; url: string }

/** A menu: up to three entries, each a button or a name over up to five buttons. */
export interface Menu {
  button: (MenuButton | { name: string; sub_button: MenuButton[] })[]
}
