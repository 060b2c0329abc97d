import type { SandboxAccount } from '../accounts.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import { giveCode } from '../wechat/people.ts'
import { openWindow } from '../wechat/windows.ts'
import type { Person } from './person.ts'
import { changed, show, type World } from './world.ts'

/** An action that this person cannot do now; the reply is 409 with these words. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}

/** Everything a person can do on the phone. Each tells the product what WeChat would tell it. */
export const createActions = (world: World, pushes: Pushes) => {
  const event = (
    account: SandboxAccount,
    person: Person,
    name: string,
    more: Record<string, string>,
    answerable: boolean,
  ): void => pushes.push(account, person, { MsgType: 'event', Event: name, ...more }, answerable)

  const mustFollow = (person: Person, account: SandboxAccount): void => {
    if (person.following[account.appId] === undefined)
      throw new Impossible(`${person.id} does not follow ${account.name}`)
  }

  const accept = (person: Person, account: SandboxAccount, templateId: string): void => {
    const key = `${account.appId} ${templateId}`
    person.credits[key] = (person.credits[key] ?? 0) + 1
  }

  return {
    /** wechat-protocol §1.6: with a scene the key is prefixed; who already follows sends SCAN without the prefix. */
    follow: (person: Person, account: SandboxAccount, scene = ''): void => {
      openWindow(world, person, account.appId, 'touch')
      const ticket = scene === '' ? {} : { Ticket: `gQ_${scene}` }
      if (person.following[account.appId] !== undefined) {
        if (scene !== '') event(account, person, 'SCAN', { EventKey: scene, ...ticket }, true)
        return
      }
      person.following[account.appId] = { since: world.now(), scene }
      show(world, person, { thread: account.appId, from: 'system', kind: 'followed', appId: account.appId })
      changed(world, person)
      event(account, person, 'subscribe', { EventKey: scene === '' ? '' : `qrscene_${scene}`, ...ticket }, true)
    },
    /** wechat-protocol §1.6: the right to write ends at once. */
    unfollow: (person: Person, account: SandboxAccount): void => {
      mustFollow(person, account)
      delete person.following[account.appId]
      delete person.windows[account.appId]
      changed(world, person)
      event(account, person, 'unsubscribe', { EventKey: '' }, false)
    },
    say: (person: Person, account: SandboxAccount, text: string): string => {
      mustFollow(person, account)
      openWindow(world, person, account.appId, 'message')
      const msgId = world.nextMsgId()
      show(world, person, { thread: account.appId, from: 'me', kind: 'text', appId: account.appId, text, msgId })
      pushes.push(account, person, { MsgType: 'text', Content: text, MsgId: msgId }, true)
      return msgId
    },
    /** wechat-protocol §1.6, §3.3: a click is an event that opens the one-minute window; a mini-program entry opens nothing. */
    tapMenu: (
      person: Person,
      account: SandboxAccount,
      button: { type: string; key?: string; url?: string; pagepath?: string },
    ): void => {
      mustFollow(person, account)
      if (button.type === 'click') {
        openWindow(world, person, account.appId, 'touch')
        event(account, person, 'CLICK', { EventKey: button.key ?? '' }, true)
      } else if (button.type === 'view') event(account, person, 'VIEW', { EventKey: button.url ?? '' }, false)
      else if (button.type === 'miniprogram')
        event(account, person, 'view_miniprogram', { EventKey: button.pagepath ?? '' }, false)
      else throw new Impossible(`menu entries of type ${button.type} are not simulated`)
    },
    loginCode: (person: Person, account: SandboxAccount): string => giveCode(world, 'login', person, account.appId),
    phoneCode: (person: Person, account: SandboxAccount): string => giveCode(world, 'phone', person, account.appId),
    /** wechat-protocol §4.2: each accept is one credit; §1.6: the platform reports the pop-up. */
    answerPopup: (
      person: Person,
      account: SandboxAccount,
      answers: { templateId: string; accepted: boolean }[],
    ): void => {
      const own = Object.values(account.templates).map(template => template.templateId)
      const unknown = answers.find(({ templateId }) => !own.includes(templateId))
      if (unknown !== undefined) throw new Impossible(`${account.name} has no template ${unknown.templateId}`)
      for (const { templateId, accepted } of answers) if (accepted) accept(person, account, templateId)
      changed(world, person)
      if (!world.settings.popupEvents || answers.length === 0) return
      const list = answers.map(({ templateId, accepted }) => ({
        TemplateId: templateId,
        SubscribeStatusString: accepted ? 'accept' : 'reject',
        PopupScene: '0',
      }))
      const first = list[0]
      // JSON has no wrapper; one element stands bare (§1.6).
      const fields =
        (world.accounts.get(account.appId) ?? account).format === 'json'
          ? { List: list.length === 1 && first !== undefined ? first : list }
          : { SubscribeMsgPopupEvent: { List: list } }
      pushes.push(account, person, { MsgType: 'event', Event: 'subscribe_msg_popup_event', ...fields }, false)
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
