import { secondsOf } from '../state/calendar.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { both, type Call, type Endpoints, official, personOf, text } from './call.ts'

const nickOf = ({ data }: Call): string => text(data, 'nickname')

const accountProblem = ({ data }: Call): number | null => {
  if (!/^\w{1,10}@\w+$/.test(text(data, 'kf_account'))) return 61454
  return null
}

const add = (call: Call): Answer => {
  const wrong = accountProblem(call)
  if (wrong !== null) return refuse(wrong, 'invalid kf_account')
  const name = text(call.data, 'kf_account')
  if (call.desk.agents.has(name)) return refuse(61453, 'kf_account exsited')
  if (nickOf(call) === '' || nickOf(call).length > 16) return refuse(61456, 'invalid nickname')
  call.desk.agents.set(name, { nick: nickOf(call), id: String(1001 + call.desk.agents.size) })
  return ok()
}

const known = ({ desk }: Call, name: string): boolean => desk.agents.has(name)

const open = (call: Call): Answer => {
  const { world, account, desk, data, pushes } = call
  const name = text(data, 'kf_account')
  if (!known(call, name)) return refuse(65400, 'please enable new custom service')
  const openid = text(data, 'openid')
  const person = personOf(call, openid)
  if (person === undefined) return refuse(40003)
  const before = desk.sessions.get(openid)
  if (before !== undefined && before.agent !== name) return refuse(65414, 'the user has been accepted by another')
  desk.waitingForAgent.delete(openid)
  if (before === undefined) {
    desk.sessions.set(openid, { agent: name, at: world.now() })
    pushes.push(account, person, { MsgType: 'event', Event: 'kf_create_session', KfAccount: name }, false)
  }
  return ok()
}

const close = (call: Call): Answer => {
  const { account, desk, data, pushes } = call
  const openid = text(data, 'openid')
  const person = personOf(call, openid)
  if (person === undefined) return refuse(40003)
  const session = desk.sessions.get(openid)
  if (session?.agent !== text(data, 'kf_account')) return refuse(65413, 'kf session not exist')
  desk.sessions.delete(openid)
  pushes.push(
    account,
    person,
    { MsgType: 'event', Event: 'kf_close_session', KfAccount: session.agent, CloseType: 'KF' },
    false,
  )
  return ok()
}

const records = ({ world, account, data }: Call): Answer => {
  const [from, to] = [Number(data['starttime']), Number(data['endtime'])]
  if (!(to > from) || to - from > 86_400) return refuse(65416, 'time range exceeds 24 hours')
  const recordlist = world.messages
    .filter(({ entry }) => entry.appId === account.appId && entry.way === 'custom')
    .filter(({ entry }) => secondsOf(entry.at) >= from && secondsOf(entry.at) < to)
    .slice(0, Number(data['number'] ?? 10_000))
    .map(({ person, entry }) => ({
      worker: '',
      openid: person.openids[account.appId] ?? '',
      opercode: 2002,
      time: secondsOf(entry.at),
      text: entry.text ?? '',
    }))
  return ok({ recordlist, number: recordlist.length, msgid: 20_165_267 })
}

/** wechat-protocol §3.3: WeChat's own desk; people wait there after transfer_customer_service. */
export const deskEndpoints: Endpoints = {
  '/customservice/kfaccount/add': official(add),
  '/customservice/kfaccount/update': official(call => {
    const agent = call.desk.agents.get(text(call.data, 'kf_account'))
    if (agent === undefined) return refuse(61452, 'invalid kf_account')
    agent.nick = nickOf(call)
    return ok()
  }),
  '/customservice/kfaccount/del': official(({ desk, query }) =>
    desk.agents.delete(query.get('kf_account') ?? '') ? ok() : refuse(61452, 'invalid kf_account'),
  ),
  '/customservice/kfaccount/inviteworker': official(call =>
    known(call, text(call.data, 'kf_account')) ? ok() : refuse(65401, 'invalid custom service account'),
  ),
  '/customservice/kfaccount/uploadheadimg': official(call => {
    if (!known(call, call.query.get('kf_account') ?? '')) return refuse(61452, 'invalid kf_account')
    return call.parts.some(part => part.name === 'media') ? ok() : refuse(41005)
  }),
  '/cgi-bin/customservice/getkflist': official(({ desk }) => ({
    kf_list: [...desk.agents].map(([kf_account, { nick, id }]) => ({
      kf_account,
      kf_nick: nick,
      kf_id: id,
      kf_headimgurl: '',
    })),
  })),
  '/cgi-bin/customservice/getonlinekflist': official(({ desk }) => ({
    kf_online_list: [...desk.agents].map(([kf_account, { id }]) => ({
      kf_account,
      status: 1,
      kf_id: id,
      accepted_case: [...desk.sessions.values()].filter(session => session.agent === kf_account).length,
    })),
  })),
  '/customservice/kfsession/create': official(open),
  '/customservice/kfsession/close': official(close),
  '/customservice/kfsession/getsession': official(({ desk, query }) => {
    const session = desk.sessions.get(query.get('openid') ?? '')
    return ok({ kf_account: session?.agent ?? '', createtime: session === undefined ? 0 : secondsOf(session.at) })
  }),
  '/customservice/kfsession/getsessionlist': official(({ desk, query }) => ({
    sessionlist: [...desk.sessions]
      .filter(([, session]) => session.agent === query.get('kf_account'))
      .map(([openid, { at }]) => ({ openid, createtime: secondsOf(at) })),
  })),
  '/customservice/kfsession/getwaitcase': official(({ desk }) => ({
    count: desk.waitingForAgent.size,
    waitcaselist: [...desk.waitingForAgent]
      .slice(0, 100)
      .map(([openid, at]) => ({ openid, latest_time: secondsOf(at) })),
  })),
  '/customservice/msgrecord/getmsglist': official(records),
}

/** Addresses of the platform (wechat-protocol §3.11): this machine's. */
export const networkEndpoints: Endpoints = {
  '/cgi-bin/getcallbackip': both(() => ({ ip_list: ['127.0.0.1'] })),
  '/cgi-bin/get_api_domain_ip': both(() => ({ ip_list: ['127.0.0.1'] })),
  '/cgi-bin/callback/check': both(({ data }) => {
    const [dns, ping] = [
      { ip: '127.0.0.1', real_operator: 'UNICOM' },
      { ip: '127.0.0.1', from_operator: 'UNICOM', package_loss: '0%', time: '0.1ms' },
    ]
    const action = text(data, 'action')
    return ok({ ...(action === 'ping' ? {} : { dns: [dns] }), ...(action === 'dns' ? {} : { ping: [ping] }) })
  }),
}
