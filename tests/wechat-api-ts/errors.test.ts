import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  againAt,
  backOff,
  endpointList,
  errorTable,
  explain,
  fetchTransport,
  nodeTransport,
  quotaBack,
  wechatClient,
  WechatError,
} from '../../wechat-api-ts/src/index.ts'
import { type Answer, failureOf, platform, type Platform } from './support/platform.ts'

const open: Platform[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})
const start = async (answer: Answer, more: Partial<Parameters<typeof wechatClient>[0]> = {}) => {
  const wechat = await platform(answer)
  open.push(wechat)
  return { client: wechatClient({ appId: 'wx1', secret: 's', baseUrl: wechat.url, ...more }), seen: wechat.seen }
}
const refused = (code: number): WechatError =>
  new WechatError({ kind: 'refused', fate: 'notDone', path: '/x', code, detail: '' })
const at = (text: string): number => Date.parse(text)

describe('the table of errors', () => {
  it('knows every code that the table of endpoints names', () => {
    for (const row of endpointList)
      for (const code of row.errors) expect(errorTable[code], `${row.name} ${code}`).toBeDefined()
  })

  it('speaks both languages, of every code', () => {
    for (const [code, row] of Object.entries(errorTable)) {
      expect(row.zh, code).toMatch(/[\u4e00-\u9fff]/)
      expect(row.en, code).toMatch(/^[A-Z][\w -]+/)
      expect(row.until !== undefined, code).toBe(row.reaction === 'quota')
    }
  })

  it.each([
    [-1, 'retry'],
    [40001, 'token'],
    [45009, 'quota'],
    [45011, 'rate'],
    [43004, 'gone'],
    [40003, 'gone'],
    [43101, 'rightLost'],
    [45015, 'rightLost'],
    [45047, 'rightLost'],
    [43019, 'blocked'],
    [48002, 'blocked'],
    [47003, 'content'],
    [48001, 'config'],
    [45065, 'duplicate'],
    [40163, 'login'],
    [45081, 'nothing'],
    [987654, 'giveUp'],
  ])('%i: %s', (code, reaction) => {
    expect(explain(code).reaction).toBe(reaction)
  })
})

describe('when a failed call may be made again', () => {
  const noon = at('2026-11-22T04:00:00Z')
  it('at once-and-later for a busy WeChat, after a minute for a hurried caller, never for what cannot help', () => {
    expect([1, 2, 3, 9].map(backOff)).toEqual([1000, 2000, 4000, 60_000])
    expect(againAt(refused(-1), { now: noon, tries: 2 })).toBe(noon + 2000)
    expect(againAt(refused(45011), { now: noon, tries: 1 })).toBe(noon + 60_000)
    for (const code of [43004, 43101, 47003, 40013, 987654])
      expect(againAt(refused(code), { now: noon, tries: 1 })).toBeNull()
  })

  it('at Beijing’s midnight for a day’s quota, on its first for a month’s, and not for one that never comes back', () => {
    expect(againAt(refused(45009), { now: noon, tries: 1 })).toBe(at('2026-11-22T16:00:00Z'))
    expect(quotaBack('day', at('2026-11-22T15:59:59Z'))).toBe(at('2026-11-22T16:00:00Z'))
    expect(quotaBack('day', at('2026-11-22T16:00:00Z'))).toBe(at('2026-11-23T16:00:00Z'))
    expect(quotaBack('month', noon)).toBe(at('2026-11-30T16:00:00Z'))
    expect(quotaBack('month', at('2026-12-31T15:00:00Z'))).toBe(at('2026-12-31T16:00:00Z'))
    expect(againAt(refused(45029), { now: noon, tries: 1 })).toBeNull()
  })

  it('only when it is known not to be done, or when doing it twice does no harm', () => {
    const lost = new WechatError({ kind: 'timeout', fate: 'unknown', path: '/x', code: null, detail: '' })
    expect(againAt(lost, { now: noon, tries: 1 })).toBeNull()
    expect(againAt(lost, { now: noon, tries: 1, repeatable: true })).toBe(noon + 1000)
  })
})

describe('what an error carries', () => {
  it('the earlier id of a mass send that was submitted before, digit for digit', async () => {
    const { client } = await start(() => '{"errcode":45065,"errmsg":"clientmsgid exist","msg_id":3717005636572528642}')
    const send = client.mass.byOpenid({ touser: ['a', 'b'], msgtype: 'text', text: { content: 'x' }, clientmsgid: 'c' })
    expect(await failureOf(send)).toMatchObject({ reaction: 'duplicate', earlierId: '3717005636572528642' })
  })

  it('the parameter that is not valid', async () => {
    const { client } = await start(() => '{"errcode":47003,"errmsg":"argument invalid! data.thing3.value is emtpy"}')
    expect(await failureOf(client.sendTemplate({ openid: 'o', templateId: 't', data: {} }))).toMatchObject({
      reaction: 'content',
      field: 'thing3',
    })
  })

  it.each([
    ['rid: 6718a6a7-0c3b2837-26829a40', '6718a6a7-0c3b2837-26829a40'],
    ['invalid credential hint: [K7xTpa07963929]', 'K7xTpa07963929'],
    ['not found hints: [ req_id: 1AbC-9 ]', '1AbC-9'],
    ['ok', null],
  ])('WeChat’s request id in "%s"', (detail, rid) => {
    expect(new WechatError({ kind: 'refused', fate: 'notDone', path: '', code: 1, detail }).rid).toBe(rid)
  })

  it('never a token, also when half a token reply arrived', async () => {
    const wechat = wechatClient({
      appId: 'wx1',
      secret: 'top-secret',
      transport: async () => ({ bytes: Buffer.from('{"access_token":"very-secret'), contentType: '', disposition: '' }),
    })
    const error = await failureOf(wechat.users.list())
    const whole = `${JSON.stringify(error)} ${error.message} ${String(error.stack)} ${String(error.cause)}`
    expect(whole).not.toMatch(/very-secret|top-secret/)
    expect(error).toMatchObject({ kind: 'unreadable', fate: 'notDone' })
  })
})

describe('a code means what it means in its place', () => {
  it('40001 at the log-in is a wrong secret, at a person’s token an old log-in', async () => {
    const { client, seen } = await start(() => '{"errcode":40001,"errmsg":"invalid credential"}')
    expect(await failureOf(client.login('c'))).toMatchObject({ reaction: 'config' })
    expect(await failureOf(client.oauth.userInfo({ access_token: 'u', openid: 'o' }))).toMatchObject({
      reaction: 'login',
    })
    expect(seen).toHaveLength(2)
  })
})

describe('a call that may be repeated is repeated, if asked to', () => {
  const busyOnce = () => {
    let calls = 0
    return start(() => (++calls === 1 ? '{"errcode":-1,"errmsg":"system error"}' : '{"errcode":0,"errmsg":"ok"}'), {
      retries: 2,
    })
  }
  it('after -1, also a message: an error code proves that nothing was done', async () => {
    const { client, seen } = await busyOnce()
    await client.sendText('o', 'x')
    expect(seen).toHaveLength(2)
  }, 60_000)

  it('not unless asked to, and never past the count', async () => {
    const { client, seen } = await start(() => '{"errcode":-1,"errmsg":"system error"}')
    expect(await failureOf(client.sendText('o', 'x'))).toMatchObject({ code: -1, reaction: 'retry' })
    expect(seen).toHaveLength(1)
    const again = await start(() => '{"errcode":-1,"errmsg":"system error"}', { retries: 1 })
    await failureOf(again.client.sendText('o', 'x'))
    expect(again.seen).toHaveLength(2)
  }, 60_000)

  it('after a broken line only where twice is once', async () => {
    const { client, seen } = await start((_seen, _response, request) => (request.socket.destroy(), null), {
      retries: 1,
    })
    expect(await failureOf(client.sendText('o', 'x'))).toMatchObject({ kind: 'dropped', fate: 'unknown' })
    expect(seen).toHaveLength(1)
    expect(await failureOf(client.users.info({ openid: 'o' }))).toMatchObject({ kind: 'dropped' })
    expect(seen).toHaveLength(3)
  }, 60_000)
})

describe.each([
  ['node', nodeTransport()],
  ['fetch', fetchTransport()],
])('over %s nothing hangs', (_name, transport) => {
  const slow = { transport, timeoutMs: 1000 }
  it('when an answer begins and never ends', async () => {
    const { client } = await start((_seen, response) => (response.write('{"errcode":'), null), slow)
    expect(await failureOf(client.sendText('o', 'x'))).toMatchObject({ kind: 'timeout', fate: 'unknown' })
  })

  it('when an answer comes drop by drop', async () => {
    const { client } = await start((_seen, response) => {
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
      return null
    }, slow)
    expect(await failureOf(client.sendText('o', 'x'))).toMatchObject({ kind: 'timeout' })
  })

  it('when an answer has no end in size', async () => {
    const { client } = await start(
      (_seen, response) => {
        const fill = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(1 << 20))) continue
          if (!response.destroyed) response.once('drain', fill)
        }
        fill()
        return null
      },
      { transport, timeoutMs: 60_000 },
    )
    const error = await failureOf(client.sendText('o', 'x'))
    expect(['dropped', 'unreadable']).toContain(error.kind)
    expect(error.fate).toBe('unknown')
  }, 120_000)

  it('when half a file arrives', async () => {
    const { client } = await start(
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': '1000' })
        response.write(Buffer.from([0xff, 0xd8]), () => response.socket?.destroy())
        return null
      },
      { transport },
    )
    expect(await failureOf(client.media.get({ media_id: 'm' }))).toMatchObject({ kind: 'dropped' })
  })

  it('when a redirect, a login page or a gateway answers', async () => {
    for (const [status, body] of [
      [302, ''],
      [200, '<!DOCTYPE html><html>log in</html>'],
      [504, 'upstream'],
    ] as const) {
      const { client } = await start(
        (_seen, response) => (response.writeHead(status, status === 302 ? { location: '/x' } : {}), body),
        { transport },
      )
      expect(await failureOf(client.sendText('o', 'x'))).toMatchObject({ kind: 'unreadable', fate: 'unknown' })
    }
  })
})

it('the errors of the README exist', () => {
  const readme = readFileSync(new URL('../../wechat-api-ts/README.md', import.meta.url), 'utf8')
  for (const reaction of new Set(Object.values(errorTable).map(row => row.reaction)))
    expect(readme, reaction).toContain(`\`${reaction}\``)
})
