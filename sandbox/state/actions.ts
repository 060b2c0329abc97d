import type { SandboxAccount } from '../accounts.ts'
import type { PushFields } from '../callbacks/envelope.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import { keepMedia } from '../wechat/media.ts'
import { mediaUrl } from '../wechat/messages/content.ts'
import { menuOf } from '../wechat/menus.ts'
import { giveCode } from '../wechat/people.ts'
import { scanned } from '../wechat/qrcodes.ts'
import { openWindow } from '../wechat/windows.ts'
import { dayOf, hourOf } from './calendar.ts'
import { figuresOf } from './console.ts'
import type { Entry, Person } from './person.ts'
import { changed, setFollowing, show, type World } from './world.ts'

/** An action that this person cannot do now; the reply is 409 with these words. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}

/** What somebody sends besides text (wechat-protocol §1.6). */
export type Sent =
  | { type: 'image' | 'voice' | 'video' | 'shortvideo'; name: string; bytes: Buffer }
  | { type: 'location'; latitude: number; longitude: number; label: string }
  | { type: 'link'; title: string; description: string; url: string }
  /** A page of the mini-program whose customer service is written to. */
  | { type: 'miniprogrampage'; title: string; page: string }

/** A button of a menu, as it is tapped. */
export interface Button {
  type: string
  key?: string
  url?: string
  pagepath?: string
  media_id?: string
  article_id?: string
  /** What a scanning button read. */
  scanned?: string
}

type Shown = Omit<Entry, 'seq' | 'at' | 'thread' | 'from' | 'appId'>

/** Who tells an account of what people have taken back. */
const PLATFORM = 'oSandboxPlatformTellsAccounts'

const fileType = { image: 'image', voice: 'voice', video: 'video', shortvideo: 'video' } as const

/** Everything a person can do on the phone. Each tells the product what WeChat would tell it. */
export const createActions = (world: World, pushes: Pushes) => {
  const did = (person: Person, account: SandboxAccount): void => {
    person.lastDid[account.appId] = world.now()
  }

  const event = (
    account: SandboxAccount,
    person: Person,
    name: string,
    more: PushFields,
    answerable: boolean,
  ): void => {
    did(person, account)
    pushes.push(account, person, { MsgType: 'event', Event: name, ...more }, answerable)
  }

  const mustFollow = (person: Person, account: SandboxAccount): void => {
    if (account.kind === 'official' && person.following[account.appId] === undefined)
      throw new Impossible(`${person.id} does not follow ${account.name}`)
  }

  const accept = (person: Person, account: SandboxAccount, templateId: string): void => {
    const key = `${account.appId} ${templateId}`
    person.credits[key] = (person.credits[key] ?? 0) + 1
  }

  /** A message of a person: on the phone, into the figures, and to the product. */
  const message = (person: Person, account: SandboxAccount, shown: Shown, fields: PushFields): string => {
    mustFollow(person, account)
    openWindow(world, person, account.appId, 'message')
    did(person, account)
    const { said } = figuresOf(world.console(account.appId), dayOf(world.now()))
    said.push({ hour: hourOf(world.now()), kind: shown.kind, personId: person.id })
    const msgId = world.nextMsgId()
    show(world, person, { thread: account.appId, from: 'me', appId: account.appId, msgId, ...shown })
    pushes.push(account, person, { ...fields, MsgId: msgId }, true)
    return msgId
  }

  const sendFile = (person: Person, account: SandboxAccount, sent: Extract<Sent, { bytes: Buffer }>): string => {
    mustFollow(person, account)
    const type = fileType[sent.type]
    const media = keepMedia(world, account.appId, { type, name: sent.name, bytes: sent.bytes })
    const url = mediaUrl(account.appId, media.mediaId)
    const fields: PushFields = { MsgType: sent.type, MediaId: media.mediaId }
    if (sent.type === 'image') fields['PicUrl'] = `${world.addresses.ownUrl}${url}`
    else if (sent.type === 'voice') fields['Format'] = 'amr'
    else fields['ThumbMediaId'] = media.mediaId
    return message(person, account, { kind: type, mediaUrl: url }, fields)
  }

  const popupEvent = (
    person: Person,
    account: SandboxAccount,
    answers: { templateId: string; accepted: boolean }[],
    scene: string,
  ): void => {
    const list = answers.map(({ templateId, accepted }) => ({
      TemplateId: templateId,
      SubscribeStatusString: accepted ? 'accept' : 'reject',
      PopupScene: scene,
    }))
    listEvent(person, account, 'subscribe_msg_popup_event', 'SubscribeMsgPopupEvent', list)
  }

  // JSON has no wrapper; one element stands bare (wechat-protocol §1.6).
  const listEvent = (
    person: Person,
    account: SandboxAccount,
    name: string,
    wrapper: string,
    list: Record<string, string>[],
  ): void => {
    const [first] = list
    if (first === undefined) return
    const json = (world.accounts.get(account.appId) ?? account).format === 'json'
    const fields = json ? { List: list.length === 1 ? first : list } : { [wrapper]: { List: list } }
    event(account, person, name, fields, false)
  }

  const enter = (person: Person, account: SandboxAccount, scene: string, ticket: string): void => {
    const more = ticket === '' ? {} : { Ticket: ticket }
    openWindow(world, person, account.appId, 'touch')
    if (person.following[account.appId] !== undefined) {
      if (scene !== '') event(account, person, 'SCAN', { EventKey: scene, ...more }, true)
      return
    }
    setFollowing(world, person, account.appId, { scene })
    show(world, person, { thread: account.appId, from: 'system', kind: 'followed', appId: account.appId })
    changed(world, person)
    event(account, person, 'subscribe', { EventKey: scene === '' ? '' : `qrscene_${scene}`, ...more }, true)
  }

  return {
    /** wechat-protocol §1.6: with a scene the key is prefixed; who already follows sends SCAN without the prefix. */
    follow: (person: Person, account: SandboxAccount, scene = ''): void => {
      const known = world.console(account.appId).permanentScenes.get(scene)
      enter(person, account, scene, scene === '' ? '' : (known?.ticket ?? `gQ_${scene}`))
    },
    /** Scans a code that the account made; an expired one tells nobody (wechat-protocol §3.7). */
    scan: (person: Person, account: SandboxAccount, what: string): void => {
      const code = scanned(world, account.appId, what)
      if (code === null) throw new Impossible('二维码无效 / unknown code')
      if (code === 'expired') throw new Impossible('二维码已过期 / the code has expired')
      enter(person, account, code.scene, code.ticket)
    },
    /** wechat-protocol §1.6: the right to write ends at once. */
    unfollow: (person: Person, account: SandboxAccount): void => {
      mustFollow(person, account)
      setFollowing(world, person, account.appId, null)
      changed(world, person)
      event(account, person, 'unsubscribe', { EventKey: '' }, false)
    },
    say: (person: Person, account: SandboxAccount, text: string): string =>
      message(person, account, { kind: 'text', text }, { MsgType: 'text', Content: text }),
    /** A picture, sound, film, place or link (wechat-protocol §1.6). */
    send: (person: Person, account: SandboxAccount, sent: Sent): string => {
      if (sent.type === 'location') {
        const { latitude, longitude, label } = sent
        const fields = { Location_X: String(latitude), Location_Y: String(longitude), Scale: '16', Label: label }
        const shown: Shown = { kind: 'location', title: label, text: `${latitude}, ${longitude}` }
        return message(person, account, shown, { MsgType: 'location', ...fields })
      }
      if (sent.type === 'link') {
        const { title, description, url } = sent
        const fields = { MsgType: 'link', Title: title, Description: description, Url: url }
        return message(person, account, { kind: 'link', title, text: description, url }, fields)
      }
      if (sent.type === 'miniprogrampage') {
        const { title, page } = sent
        const fields = { MsgType: 'miniprogrampage', Title: title, AppId: account.appId, PagePath: page }
        const shown: Shown = { kind: 'program', title, page, pageAppId: account.appId }
        return message(person, account, shown, { ...fields, ThumbUrl: '', ThumbMediaId: '' })
      }
      return sendFile(person, account, sent)
    },
    /** wechat-protocol §3.3: a tapped answer of a msgmenu comes as text with its id. */
    choose: (person: Person, account: SandboxAccount, choice: { id: string; text: string }): string => {
      const fields = { MsgType: 'text', Content: choice.text, bizmsgmenuid: choice.id }
      const msgId = message(person, account, { kind: 'text', text: choice.text }, fields)
      if (world.settings.msgmenuOpensTouch) openWindow(world, person, account.appId, 'touch')
      return msgId
    },
    /** wechat-protocol §1.6, §3.3: a click is an event that opens the one-minute window; so does scanning; the rest opens nothing. */
    tapMenu: (person: Person, account: SandboxAccount, button: Button): void => {
      mustFollow(person, account)
      const { key = '', url = '', pagepath = '' } = button
      const menuid = menuOf(world, account.appId, person)?.menuid ?? ''
      const conditional: PushFields = menuid === '' ? {} : { MenuId: menuid }
      const open = (): void => openWindow(world, person, account.appId, 'touch')
      switch (button.type) {
        case 'click':
          open()
          return event(account, person, 'CLICK', { EventKey: key }, true)
        case 'view':
          return event(account, person, 'VIEW', { EventKey: url, ...conditional }, false)
        case 'miniprogram':
          return event(account, person, 'view_miniprogram', { EventKey: pagepath, ...conditional }, false)
        case 'scancode_push':
        case 'scancode_waitmsg': {
          open()
          const result = { ScanType: 'qrcode', ScanResult: button.scanned ?? 'https://example.com' }
          const waits = button.type === 'scancode_waitmsg'
          return event(account, person, button.type, { EventKey: key, ScanCodeInfo: result }, waits)
        }
        case 'pic_sysphoto':
        case 'pic_photo_or_album':
        case 'pic_weixin': {
          const list = { Count: 1, PicList: { item: { PicMd5Sum: '1b5f7c23b5bf75682a53e7b6d163e185' } } }
          return event(account, person, button.type, { EventKey: key, SendPicsInfo: list }, false)
        }
        case 'location_select': {
          const place = { Location_X: '31.23', Location_Y: '121.47', Scale: '16', Label: '上海市', Poiname: '' }
          return event(account, person, button.type, { EventKey: key, SendLocationInfo: place }, false)
        }
        case 'media_id': {
          // The account's own material, without asking the product (wechat-protocol §3.5).
          const media = world.console(account.appId).media.get(button.media_id ?? '')
          if (media === undefined) throw new Impossible('the material is gone')
          const kind = media.type === 'thumb' ? 'image' : media.type
          const base = { thread: account.appId, from: 'account', appId: account.appId } as const
          return void show(world, person, { ...base, kind, mediaUrl: mediaUrl(account.appId, media.mediaId) })
        }
        default:
          throw new Impossible(`menu entries of type ${button.type} do nothing here`)
      }
    },
    /** LOCATION, when somebody who shares the place opens the chat (wechat-protocol §1.6). */
    reportLocation: (person: Person, account: SandboxAccount, latitude: number, longitude: number): void => {
      mustFollow(person, account)
      const fields = { Latitude: String(latitude), Longitude: String(longitude), Precision: '20.0' }
      event(account, person, 'LOCATION', fields, false)
    },
    /** Opens the customer-service chat of a mini-program (wechat-protocol §1.6). */
    enterSession: (person: Person, account: SandboxAccount, from: string): void =>
      event(account, person, 'user_enter_tempsession', { SessionFrom: from }, false),
    /**
     * 授权管理: takes back what the account was let know, by WeChat's number of it, or closes the WeChat account. The sender is
     * the platform, whom it is about stands inside (wechat-protocol §1.6).
     */
    takeBack: (person: Person, account: SandboxAccount, what: string): void => {
      const about = { OpenID: person.openids[account.appId] ?? '', AppID: account.appId }
      const from = { FromUserName: PLATFORM }
      if (what !== 'account')
        return event(account, person, 'user_authorization_revoke', { ...from, ...about, RevokeInfo: what }, false)
      if (person.following[account.appId] !== undefined) setFollowing(world, person, account.appId, null)
      changed(world, person)
      event(account, person, 'user_authorization_cancellation', { ...from, ...about }, false)
    },
    /** Any event with any fields, for what no button of the phone does: cards, revoked rights, the platform's letters. */
    raise: (person: Person, account: SandboxAccount, name: string, fields: Record<string, string | number>): void =>
      event(account, person, name, fields, false),
    loginCode: (person: Person, account: SandboxAccount): string => giveCode(world, 'login', person, account.appId),
    phoneCode: (person: Person, account: SandboxAccount): string => giveCode(world, 'phone', person, account.appId),
    /** wechat-protocol §4.2: each accept is one credit; §1.6: the platform reports the pop-up. `always` shows none again. */
    answerPopup: (
      person: Person,
      account: SandboxAccount,
      answers: { templateId: string; accepted: boolean }[],
      options: { always?: boolean; scene?: string } = {},
    ): void => {
      const standing = world.accounts.get(account.appId) ?? account
      const own = Object.values(standing.templates).map(template => template.templateId)
      const unknown = answers.find(({ templateId }) => !own.includes(templateId))
      if (unknown !== undefined) throw new Impossible(`${account.name} has no template ${unknown.templateId}`)
      for (const { templateId, accepted } of answers) {
        if (accepted) accept(person, account, templateId)
        if (options.always === true) person.choices[`${account.appId} ${templateId}`] = accepted ? 'accept' : 'reject'
      }
      changed(world, person)
      if (world.settings.popupEvents) popupEvent(person, account, answers, options.scene ?? '0')
    },
    /** Takes 总是保持 back in the settings; who refuses there is told to the account (wechat-protocol §1.6). */
    changeChoice: (person: Person, account: SandboxAccount, templateId: string, choice: 'ask' | 'reject'): void => {
      const key = `${account.appId} ${templateId}`
      if (choice === 'ask') delete person.choices[key]
      else {
        person.choices[key] = 'reject'
        person.credits[key] = 0
      }
      changed(world, person)
      const list = [{ TemplateId: templateId, SubscribeStatusString: 'reject' }]
      if (choice === 'reject') listEvent(person, account, 'subscribe_msg_change_event', 'SubscribeMsgChangeEvent', list)
    },
    /** Switches receiving off or on: template messages then end as "failed:user block". */
    mute: (person: Person, account: SandboxAccount, muted: boolean): void => {
      person.muted[account.appId] = muted
      changed(world, person)
    },
    read: (person: Person, thread: string): void => {
      person.seen[thread] = person.entries.findLast(entry => entry.thread === thread)?.seq ?? 0
      world.changes.count++
    },
    receiveSms: (phone: string, text: string): string => {
      const id = `sms${world.sms.length + 1}`
      world.sms.push({ id, at: world.now(), phone, text })
      const person = world.byPhone.get(phone)
      if (person !== undefined) show(world, person, { thread: 'sms', from: 'account', kind: 'sms', text })
      world.changes.count++
      return id
    },
  }
}

/** What `createActions` makes. */
export type Actions = ReturnType<typeof createActions>
