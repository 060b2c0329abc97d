import { createHash } from 'node:crypto'
import { dayOf, monthOf } from '../../state/calendar.ts'
import type { Mass } from '../../state/console.ts'
import type { Person } from '../../state/person.ts'
import { show } from '../../state/world.ts'
import { type Answer, bareId, ok, refuse } from '../answer.ts'
import { type Call, type Endpoints, idText, judging, object, official, personOf, text, texts, whole } from '../call.ts'
import { readContent, readPictures, type Shown } from './content.ts'

const submitted = 'send job submission success'

const shownBy = (call: Call): Shown[] | number => {
  const msgtype = text(call.data, 'msgtype')
  if (msgtype === 'image') return readPictures(call)
  if (!['mpnews', 'text', 'voice', 'mpvideo', 'wxcard'].includes(msgtype)) return 40008
  const shown = readContent(call, msgtype)
  return typeof shown === 'number' ? shown : [shown]
}

/** Whether this person may take one more this month; a service account gives four (wechat-protocol §3.4). */
const takes = (call: Call, person: Person, month: string): boolean => {
  const { appId } = call.account
  const taken = person.mass[appId]
  const count = taken?.month === month ? taken.count : 0
  if (count >= call.world.settings.massAMonth) return false
  person.mass[appId] = { month, count: count + 1 }
  return true
}

interface Job {
  call: Call
  people: Person[]
  shown: Shown[]
  msgId: string
  mass: Mass
  openid: string
}

/** What the copyright check found, and whether the message may go on (wechat-protocol §1.6, §3.4). */
const copyright = ({ call, shown }: Job) => {
  const state = call.world.settings.massCopyright
  const articles = shown[0]?.articles ?? []
  const stopped = articles.length > 0 && (state === 3 || (state === 2 && call.data['send_ignore_reprint'] !== 1))
  const item = articles.map((_, at) => ({
    ArticleIdx: at + 1,
    UserDeclareState: 0,
    AuditState: state === 1 ? 0 : 2,
    OriginalArticleUrl: state === 1 ? '' : 'Url_1',
    OriginalArticleType: 1,
    CanReprint: state === 3 ? 0 : 1,
    NeedReplaceContent: 0,
    NeedShowReprintSource: state === 2 ? 1 : 0,
  }))
  const result = { Count: state === 1 ? 0 : item.length, ResultList: state === 1 ? '' : { item }, CheckState: state }
  return { stopped, result }
}

const finish = (
  job: Job,
  status: string,
  counts: { total: number; filter: number; sent: number; error: number },
): void => {
  const { call, mass, msgId, openid, shown } = job
  mass.status = status === 'send success' ? 'SEND_SUCCESS' : 'SEND_FAIL'
  mass.confirm = null
  const articles = shown[0]?.articles ?? []
  const links = articles.map((article, at) => ({
    ArticleIdx: at + 1,
    ArticleUrl: article.url || 'https://mp.weixin.qq.com/s',
  }))
  call.pushes.job(call.account, openid, 0, {
    MsgType: 'event',
    Event: 'MASSSENDJOBFINISH',
    MsgID: msgId,
    Status: status,
    TotalCount: counts.total,
    FilterCount: counts.filter,
    SentCount: counts.sent,
    ErrorCount: counts.error,
    CopyrightCheckResult: copyright(job).result,
    ...(links.length === 0 ? {} : { ArticleUrlResult: { Count: links.length, ResultList: { item: links } } }),
  })
}

const nobody = (job: Job) => ({ total: job.people.length, filter: 0, sent: 0, error: 0 })

/** Filter = who follows, is not blacklisted and has room this month; Filter = Sent + Error (wechat-protocol §1.6). */
const deliver = (job: Job): void => {
  if (job.mass.status !== 'SENDING') return
  if (copyright(job).stopped) return finish(job, 'err(30003)', nobody(job))
  const { world, account } = job.call
  const month = monthOf(world.now())
  const counts = { total: job.people.length, filter: 0, sent: 0, error: 0 }
  for (const person of job.people) {
    if (person.following[account.appId] === undefined || person.blacklisted[account.appId] === true) continue
    if (!takes(job.call, person, month)) continue
    counts.filter++
    if (person.muted[account.appId] === true) {
      counts.error++
      continue
    }
    counts.sent++
    for (const one of job.shown)
      show(world, person, {
        thread: account.appId,
        from: 'account',
        appId: account.appId,
        way: 'mass',
        msgId: job.msgId,
        ...one,
      })
  }
  finish(job, 'send success', counts)
}

/** wechat-protocol §3.4: API mass messages may need the administrator's yes within 30 minutes. */
const begin = (job: Job): void => {
  const { world } = job.call
  if (!world.settings.massNeedsAdmin) return void world.clock.after(world.settings.massAfterMs, () => deliver(job))
  const giveUp = world.clock.after(world.settings.massConfirmMs, () => {
    if (job.mass.confirm !== null) finish(job, 'err(40002)', nobody(job))
  })
  job.mass.confirm = yes => {
    giveUp()
    job.mass.confirm = null
    if (yes) deliver(job)
    else finish(job, 'err(40001)', nobody(job))
  }
}

/** The same clientmsgid within a day is 45065 with the first msg_id; without one the content is the key (§3.4). */
const keyProblem = ({ world, desk, data }: Call, key: string): Answer | null => {
  if (Buffer.byteLength(text(data, 'clientmsgid')) > 64) return refuse(45067)
  const known = desk.massKeys.get(key)
  if (known === undefined || world.now() - known.at >= world.settings.massClientIdMs) return null
  const soon = world.now() - known.tried < world.settings.massRetryMs
  known.tried = world.now()
  return soon ? refuse(45066) : refuse(45065, undefined, { msg_id: bareId(known.msgId) })
}

const keyOf = ({ data }: Call): string =>
  text(data, 'clientmsgid') ||
  createHash('sha1')
    .update(JSON.stringify({ ...data, clientmsgid: null }))
    .digest('hex')

const submit = (call: Call, people: Person[]): Answer => {
  const { world, desk, account } = call
  const shown = shownBy(call)
  if (typeof shown === 'number') return refuse(shown)
  const key = keyOf(call)
  const twice = keyProblem(call, key)
  if (twice !== null) return twice
  const today = dayOf(world.now())
  if (account.subscription === true) {
    if ((desk.massDays.get(today) ?? 0) >= 1) return refuse(45028)
    desk.massDays.set(today, 1)
  }
  const msgId = world.nextMsgId()
  const now = world.now()
  desk.massKeys.set(key, { msgId, at: now, tried: now })
  const mass: Mass = { msgId, status: 'SENDING', confirm: null }
  desk.masses.set(msgId, mass)
  // The event comes "from" an administrator; any openid of the account stands for them.
  const openid = people[0]?.openids[account.appId] ?? ''
  begin({ call, people, shown, msgId, mass, openid })
  const articles = shown[0]?.kind === 'news'
  return {
    errcode: 0,
    errmsg: submitted,
    msg_id: bareId(msgId),
    ...(articles ? { msg_data_id: bareId(world.nextMsgId()) } : {}),
  }
}

/** To everybody: once a day and four times a month; by tag: as often as people have room (wechat-protocol §3.4). */
const sendAll = (call: Call): Answer => {
  const { world, desk, data } = call
  const filter = object(data, 'filter')
  if (filter === null) return refuse(40097)
  if (filter['is_to_all'] !== true) {
    const tag = desk.tags.get(whole(filter, 'tag_id') ?? -1)
    return tag === undefined ? refuse(45159) : submit(call, [...tag.people.values()])
  }
  const twice = keyProblem(call, keyOf(call))
  if (twice !== null) return twice
  const [day, month] = [`all ${dayOf(world.now())}`, `all ${monthOf(world.now())}`]
  const used = (key: string): number => desk.massDays.get(key) ?? 0
  if (used(day) >= 1 || used(month) >= world.settings.massAMonth) return refuse(45028)
  const answer = submit(call, [...desk.fans.values()])
  if (answer.errcode === 0) for (const key of [day, month]) desk.massDays.set(key, used(key) + 1)
  return answer
}

const sendSome = (call: Call): Answer => {
  const list = texts(call.data, 'touser')
  if (list === null) return refuse(40031)
  if (list.length < 2) return refuse(40130)
  if (list.length > 10_000) return refuse(40032)
  if (call.account.subscription === true) return refuse(48001)
  const people = new Set<Person>()
  for (const openid of list) {
    const person = personOf(call, openid)
    if (person === undefined) return refuse(40003)
    people.add(person)
  }
  return submit(call, [...people])
}

const preview = (call: Call): Answer => {
  const { world, account, data } = call
  const named = text(data, 'towxname')
  const person = named === '' ? personOf(call, text(data, 'touser')) : world.people.get(named.replace(/^wx_/, ''))
  if (person === undefined) return refuse(40003)
  if (person.following[account.appId] === undefined) return refuse(43004)
  const shown = shownBy(call)
  if (typeof shown === 'number') return refuse(shown)
  for (const one of shown)
    show(world, person, { thread: account.appId, from: 'account', appId: account.appId, way: 'mass', ...one })
  return { errcode: 0, errmsg: 'preview success', msg_id: bareId(world.nextMsgId()) }
}

/** wechat-protocol §3.4: mass messages. */
export const massEndpoints: Endpoints = {
  '/cgi-bin/message/mass/sendall': judging(official(sendAll)),
  '/cgi-bin/message/mass/send': judging(official(sendSome)),
  '/cgi-bin/message/mass/preview': judging(official(preview)),
  '/cgi-bin/message/mass/get': judging(
    official(({ desk, data }) => {
      const mass = desk.masses.get(idText(data, 'msg_id'))
      return mass === undefined ? refuse(40059) : { msg_id: bareId(mass.msgId), msg_status: mass.status }
    }),
  ),
  '/cgi-bin/message/mass/delete': judging(
    official(({ desk, data }) => {
      const mass = desk.masses.get(idText(data, 'msg_id'))
      if (mass === undefined) return refuse(40059)
      mass.status = 'DELETE'
      return ok()
    }),
  ),
  '/cgi-bin/message/mass/speed/get': official(({ desk }) => ({
    speed: desk.massSpeed,
    realspeed: [80, 60, 45, 30, 10][desk.massSpeed] ?? 80,
  })),
  '/cgi-bin/message/mass/speed/set': official(({ desk, data }) => {
    desk.massSpeed = whole(data, 'speed') ?? 0
    return ok()
  }),
}
