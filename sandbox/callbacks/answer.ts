import type { SandboxAccount } from '../accounts.ts'
import type { Entry, Person } from '../state/person.ts'
import { show, type World } from '../state/world.ts'
import { liveMedia, mediaUrl } from '../wechat/messages/content.ts'
import { type Passive, readPassive } from './passive.ts'

/** What the shopper reads when an account does not answer, or answers nonsense (wechat-protocol §1.4). */
export const unavailable = '该公众号暂时无法提供服务，请稍后再试'
const unavailableProgram = '该小程序客服暂时无法提供服务，请稍后再试'

/** Tells the shopper that nobody answered. */
export const showUnavailable = (world: World, account: SandboxAccount, person: Person): void => {
  show(world, person, {
    thread: account.appId,
    appId: account.appId,
    from: 'system',
    kind: 'notice',
    text: account.kind === 'miniprogram' ? unavailableProgram : unavailable,
  })
}

type Shown = Omit<Entry, 'seq' | 'at' | 'thread' | 'appId' | 'from' | 'way'>

const shownBy = (world: World, account: SandboxAccount, passive: Passive): Shown | null => {
  const desk = world.console(account.appId)
  const file = (id: string): string | null =>
    liveMedia({ world, desk }, id) === undefined ? null : mediaUrl(account.appId, id)
  switch (passive.kind) {
    case 'text':
      return { kind: 'text', text: passive.text }
    case 'image':
    case 'voice': {
      const found = file(passive.mediaId)
      return found === null ? null : { kind: passive.kind, mediaUrl: found }
    }
    case 'video': {
      const found = file(passive.mediaId)
      return found === null ? null : { kind: 'video', mediaUrl: found, title: passive.title, text: passive.text }
    }
    case 'music': {
      const thumbUrl = file(passive.thumbId)
      return thumbUrl === null
        ? null
        : { kind: 'music', title: passive.title, text: passive.text, url: passive.url, thumbUrl }
    }
    case 'news':
      return { kind: 'news', articles: passive.articles }
    default:
      return null
  }
}

/** Reads the response to a push and puts it on the phone; answers what was wrong with it, for the journal. */
export const takeAnswer = (
  world: World,
  account: SandboxAccount,
  person: Person,
  openid: string,
  body: string,
): string | null => {
  const passive = readPassive(account, openid, body, {
    mostArticles: world.settings.passiveArticles,
    seconds: world.settings.replyTimesInSeconds,
  })
  if (passive.kind === 'acknowledged') return null
  if (passive.kind === 'transfer') {
    world.console(account.appId).waitingForAgent.set(openid, world.now())
    return null
  }
  const shown = shownBy(world, account, passive)
  if (shown === null) {
    showUnavailable(world, account, person)
    return passive.kind === 'bad' ? passive.why : 'the media_id is unknown or over'
  }
  show(world, person, { thread: account.appId, appId: account.appId, from: 'account', way: 'passive', ...shown })
  return null
}
