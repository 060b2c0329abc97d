import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { miniprogramAccount, officialAccount } from '../../sandbox/index.ts'
import { dayMs, type Platform, platform, shownTo, type Wire } from './calls.ts'
import { m, o, points } from './shop.ts'

let place: Platform
beforeEach(async () => {
  place = await platform()
})
afterEach(() => place.sandbox.stop())

const png = new Uint8Array(200)
const values = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, { value }]))

describe('customer-service messages', () => {
  it('of every kind stand on the phone', async () => {
    const { person, openid } = place.follower()
    place.sandbox.world.settings.messageWindowCount = 20
    place.sandbox.actions.say(person, officialAccount, '在吗')
    const media = async (type: string, name: string) => {
      const made = await place.upload(`/cgi-bin/media/upload?type=${type}`, name, png)
      return String(made['media_id'] ?? made['thumb_media_id'])
    }
    const [image, voice, video, thumb] = [
      await media('image', 'a.png'),
      await media('voice', 'a.amr'),
      await media('video', 'a.mp4'),
      await media('thumb', 'a.jpg'),
    ]
    const bodies: [string, object][] = [
      ['text', { content: '您好' }],
      ['image', { media_id: image }],
      ['voice', { media_id: voice }],
      ['video', { media_id: video, thumb_media_id: thumb, title: '开业' }],
      ['music', { title: '歌', musicurl: 'http://a', hqmusicurl: 'http://a', thumb_media_id: thumb }],
      ['news', { articles: [{ title: '会员日', url: 'http://a' }] }],
      ['msgmenu', { head_content: '满意吗', list: [{ id: '1', content: '满意' }], tail_content: '' }],
      ['wxcard', { card_id: 'p1' }],
      ['miniprogrampage', { title: '券', appid: m, pagepath: 'pages/a', thumb_media_id: thumb }],
      ['link', { title: '文', description: '', url: 'http://a', thumb_url: '' }],
    ]
    for (const [msgtype, body] of bodies)
      expect(await place.post('/cgi-bin/message/custom/send', { touser: openid, msgtype, [msgtype]: body })).toEqual({
        errcode: 0,
        errmsg: 'ok',
      })
    expect(shownTo(person).map(entry => entry.kind)).toEqual([
      'text',
      'image',
      'voice',
      'video',
      'music',
      'news',
      'choices',
      'card',
      'program',
      'link',
    ])
  })

  it('are refused with the code that fits', async () => {
    const { person, openid } = place.follower()
    const send = async (msgtype: string, body: object) =>
      (await place.post('/cgi-bin/message/custom/send', { touser: openid, msgtype, [msgtype]: body })).errcode
    expect(await send('text', { content: '' })).toBe(44004)
    expect(await send('text', { content: '字'.repeat(700) })).toBe(45002)
    expect(await send('image', { media_id: 'gone' })).toBe(40007)
    expect(await send('news', { articles: [{ title: 'a' }, { title: 'b' }] })).toBe(45008)
    expect(await send('miniprogrampage', { title: 'a', appid: 'wx0', pagepath: 'a', thumb_media_id: '' })).toBe(40166)
    expect(await send('smoke', {})).toBe(40008)
    place.sandbox.actions.mute(person, officialAccount, true)
    expect(await send('text', { content: '您好' })).toBe(48002)
    place.sandbox.actions.mute(person, officialAccount, false)
    await place.post('/cgi-bin/tags/members/batchblacklist', { openid_list: [openid] })
    expect(await send('text', { content: '您好' })).toBe(43019)
  })

  it('typing is shown for a while after something the person did', async () => {
    const { person, openid } = place.follower()
    const typing = async (command: string) =>
      (await place.post('/cgi-bin/message/custom/typing', { touser: openid, command })).errcode
    expect([await typing('Typing'), await typing('Typing'), await typing('CancelTyping')]).toEqual([0, 45081, 0])
    await place.later(31_000)
    expect(await typing('Typing')).toBe(45080)
    place.sandbox.actions.say(person, officialAccount, '在吗')
    expect([await typing('Typing'), await typing('Smile')]).toEqual([0, 45072])
  })
})

describe('subscribe messages of the official account', () => {
  const send = async (openid: string) =>
    (
      await place.post('/cgi-bin/message/subscribe/bizsend', {
        touser: openid,
        template_id: 'tmpl_points_arrived',
        data: values(points),
      })
    ).errcode

  it('cost an accept each, and need no follower', async () => {
    const { person, openid } = place.follower()
    place.sandbox.actions.unfollow(person, officialAccount)
    expect(await send(openid)).toBe(43101)
    place.sandbox.actions.answerPopup(person, officialAccount, [{ templateId: 'tmpl_points_arrived', accepted: true }])
    expect([await send(openid), await send(openid)]).toEqual([0, 43101])
  })

  it('are over when the person refuses in the settings', async () => {
    const { person, openid } = place.follower()
    const yes = [{ templateId: 'tmpl_points_arrived', accepted: true }]
    place.sandbox.actions.answerPopup(person, officialAccount, yes, { always: true })
    expect(person.choices[`${o} tmpl_points_arrived`]).toBe('accept')
    place.sandbox.actions.changeChoice(person, officialAccount, 'tmpl_points_arrived', 'reject')
    expect(await send(openid)).toBe(43101)
  })

  it('once after the subscription page, which sends the person back with the answer', async () => {
    const { person, openid } = place.follower()
    const query = new URLSearchParams({
      action: 'get_confirm',
      appid: o,
      scene: '1000',
      template_id: 'once',
      redirect_url: 'http://shop.example/back',
      reserved: 'r',
      sim_person: person.id,
    })
    const visit = (more = '') =>
      fetch(`${place.sandbox.url}/mp/subscribemsg?${query.toString()}${more}`, { redirect: 'manual' })
    expect(await (await visit()).text()).toContain('申请给你下发一条消息')
    const back = new URL((await visit('&sim_consent=confirm')).headers.get('location') ?? '')
    expect(Object.fromEntries(back.searchParams)).toEqual({
      openid,
      template_id: 'once',
      action: 'confirm',
      scene: '1000',
      reserved: 'r',
    })
    const message = {
      touser: openid,
      template_id: 'once',
      scene: '1000',
      title: '到货',
      data: values({ content: '鸡蛋到货' }),
    }
    const codes = []
    for (let i = 0; i < 2; i++) codes.push((await place.post('/cgi-bin/message/template/subscribe', message)).errcode)
    expect(codes).toEqual([0, 43101])
  })
})

describe('tags', () => {
  const create = async (name: string) => place.post('/cgi-bin/tags/create', { tag: { name } })
  const tag = (openid_list: string[], tagid: number) =>
    place.post('/cgi-bin/tags/members/batchtagging', { openid_list, tagid })

  it('at most a hundred, with names of their own', async () => {
    expect((await create('')).errcode).toBe(45157)
    expect((await create('字'.repeat(31))).errcode).toBe(45158)
    const made: Wire[] = []
    for (let i = 0; i < 99; i++) made.push(await create(`标签${i}`))
    expect(made.every(one => one.errcode === undefined)).toBe(true)
    expect((await create('标签0')).errcode).toBe(45157)
    expect((await create('一百零一')).errcode).toBe(45056)
    expect((await place.post('/cgi-bin/tags/delete', { tag: { id: 2 } })).errcode).toBe(45058)
  })

  it('twenty for a person, fifty people at once, and gone from everybody when deleted', async () => {
    const { person, openid } = place.follower()
    for (let i = 0; i < 21; i++) await create(`标签${i}`)
    for (let i = 0; i < 20; i++) expect((await tag([openid], 100 + i)).errcode).toBe(0)
    expect((await tag([openid], 120)).errcode).toBe(45059)
    expect((await tag([openid], 999)).errcode).toBe(45159)
    expect(
      (
        await tag(
          Array.from({ length: 51 }, () => openid),
          100,
        )
      ).errcode,
    ).toBe(40032)
    await place.post('/cgi-bin/tags/delete', { tag: { id: 100 } })
    expect(person.tags[o]).toHaveLength(19)
    expect(await place.post('/cgi-bin/user/tag/get', { tagid: 101 })).toMatchObject({
      count: 1,
      data: { openid: [openid] },
    })
  })
})

describe('the menu', () => {
  const create = async (button: object[]) => (await place.post('/cgi-bin/menu/create', { button })).errcode
  const click = { type: 'click', name: '积分', key: 'points' }

  it('has its limits', async () => {
    expect(await create([])).toBe(40016)
    expect(await create([click, click, click, click])).toBe(40016)
    expect(await create([{ ...click, name: '一二三四五六' }])).toBe(40018)
    expect(await create([{ ...click, key: '' }])).toBe(40019)
    expect(await create([{ name: '更多', sub_button: Array.from({ length: 6 }, () => click) }])).toBe(40023)
    expect(await create([{ type: 'miniprogram', name: '码', appid: 'wx0', pagepath: 'a' }])).toBe(45064)
    expect(await create([{ type: 'dance', name: '码' }])).toBe(40017)
    expect(await create([click, { name: '更多', sub_button: [click] }])).toBe(0)
  })

  it('may be another one for some; a tap tells which', async () => {
    const { person } = place.follower()
    await create([click])
    const { menuid } = await place.post('/cgi-bin/menu/addconditional', {
      button: [{ type: 'view', name: '安卓', url: 'http://a' }],
      matchrule: { client_platform_type: '2' },
    })
    const menu = () => place.ask('GET', `/__sim/people/${person.id}/menu`)
    expect(await menu()).toMatchObject({ menuid: '', menu: { button: [click] } })
    await place.ask('POST', `/__sim/people/${person.id}/about`, { system: '2' })
    expect(await menu()).toMatchObject({ menuid })
    await place.post('/cgi-bin/menu/delconditional', { menuid })
    expect(await menu()).toMatchObject({ menuid: '' })
    expect((await place.post('/cgi-bin/menu/delconditional', { menuid })).errcode).toBe(65301)
  })

  it('for some needs one for everybody first', async () => {
    await place.get('/cgi-bin/menu/delete')
    const conditional = { button: [click], matchrule: { tag_id: '2' } }
    expect((await place.post('/cgi-bin/menu/addconditional', conditional)).errcode).toBe(65303)
  })
})

describe('codes to scan', () => {
  const make = (more: object) => place.post('/cgi-bin/qrcode/create', more)
  const scene = (scene_str: string) => ({ action_info: { scene: { scene_str } } })

  it('temporary ones end, permanent ones are counted and stay the same', async () => {
    place.sandbox.world.settings.permanentCodes = 2
    const { ticket } = await make({ action_name: 'QR_STR_SCENE', expire_seconds: 60, ...scene('a') })
    const lasting = { action_name: 'QR_LIMIT_STR_SCENE' }
    const first = await make({ ...lasting, ...scene('one') })
    expect(await make({ ...lasting, ...scene('one') })).toEqual(first)
    await make({ ...lasting, ...scene('two') })
    expect((await make({ ...lasting, ...scene('three') })).errcode).toBe(45029)
    await place.later(61_000)
    const { person } = place.follower()
    const scan = (what: unknown) => place.ask('POST', `/__sim/people/${person.id}/scan`, { ticket: what })
    expect(await scan(ticket)).toHaveProperty('error')
    expect(await scan(first['ticket'])).toEqual({ ok: true })
    expect((await fetch(`${place.sandbox.url}/cgi-bin/showqrcode?ticket=bad`)).status).toBe(404)
  })

  it('want a scene of the right kind', async () => {
    expect((await make({ action_name: 'QR_LIMIT_SCENE', action_info: { scene: { scene_id: 100_001 } } })).errcode).toBe(
      40053,
    )
    expect((await make({ action_name: 'QR_STR_SCENE', ...scene('x'.repeat(65)) })).errcode).toBe(40053)
    expect((await make({ action_name: 'QR_STR_SCENE', expire_seconds: 2_592_001, ...scene('x') })).errcode).toBe(40097)
  })
})

describe('mini-programs', () => {
  it('links lead where they were made for, until they end', async () => {
    const link = { path: 'pages/wallet/wallet', query: 'from=sms', expire_type: 1, expire_interval: 3 }
    const { url_link: url } = await place.post('/wxa/generate_urllink', link, miniprogramAccount)
    const open = () => place.ask('GET', `/__sim/links?url=${encodeURIComponent(String(url))}`)
    expect(await open()).toMatchObject({ appId: m, path: 'pages/wallet/wallet', query: 'from=sms' })
    const { url_link_info: info } = await place.post('/wxa/query_urllink', { url_link: url }, miniprogramAccount)
    expect(info).toMatchObject({ appid: m, query: 'from=sms' })
    await place.later(3 * dayMs + 1)
    expect(await open()).toHaveProperty('error')
    place.forget()
    expect(
      (await place.post('/wxa/generate_urllink', { ...link, expire_interval: 31 }, miniprogramAccount)).errcode,
    ).toBe(85401)
  })

  it('codes are pictures, or JSON when something is wrong', async () => {
    await place.ask('PATCH', `/__sim/accounts/${m}`, { pages: ['pages/code/code'] })
    const ask = async (body: object) =>
      fetch(place.sandbox.url + (await place.withToken('/wxa/getwxacodeunlimit', miniprogramAccount)), {
        method: 'POST',
        body: JSON.stringify(body),
      })
    const good = await ask({ scene: 'a=1', page: 'pages/code/code' })
    expect(good.headers.get('content-type')).toBe('image/png')
    expect(await (await ask({ scene: 'a=1', page: 'pages/none' })).json()).toMatchObject({ errcode: 41030 })
    expect(await (await ask({ scene: 'ä', page: 'pages/code/code' })).json()).toMatchObject({ errcode: 40129 })
    expect((await ask({ scene: 'a', page: 'pages/none', check_path: false })).headers.get('content-type')).toBe(
      'image/png',
    )
  })

  it('log in a hundred times a minute, no more', async () => {
    const { person } = place.follower()
    const login = async () => {
      const code = place.sandbox.actions.loginCode(person, miniprogramAccount)
      const query = { appid: m, secret: miniprogramAccount.secret, js_code: code, grant_type: 'authorization_code' }
      return (await place.ask('GET', `/sns/jscode2session?${new URLSearchParams(query).toString()}`)).errcode ?? 0
    }
    const codes = []
    for (let i = 0; i < 201; i++) codes.push(await login())
    // A minute may begin on the way, once.
    expect(codes.slice(0, 100).every(code => code === 0)).toBe(true)
    expect(codes).toContain(45011)
  })

  it('words are checked', async () => {
    const { person } = place.follower()
    const check = (content: string) =>
      place.post('/wxa/msg_sec_check', { version: 2, openid: person.openids[m], scene: 2, content }, miniprogramAccount)
    expect(await check('鸡蛋很新鲜')).toMatchObject({ errcode: 0, result: { suggest: 'pass', label: 100 } })
    expect(await check('来赌博')).toMatchObject({ result: { suggest: 'risky' }, detail: [{ keyword: '赌博' }] })
  })
})

describe('web log-in', () => {
  const visit = (more: Record<string, string>) => {
    const query = new URLSearchParams({
      appid: o,
      redirect_uri: 'http://shop.example/in?x=1',
      response_type: 'code',
      scope: 'snsapi_base',
      state: 's1',
      ...more,
    })
    return fetch(`${place.sandbox.url}/connect/oauth2/authorize?${query.toString()}`, { redirect: 'manual' })
  }
  const back = async (more: Record<string, string>) =>
    new URL((await visit(more)).headers.get('location') ?? 'http://none')
  const exchange = (code: string | null) => {
    const query = { appid: o, secret: officialAccount.secret, code: code ?? '', grant_type: 'authorization_code' }
    return place.ask('GET', `/sns/oauth2/access_token?${new URLSearchParams(query).toString()}`)
  }

  it('base goes straight back; the code is good once', async () => {
    const { person, openid } = place.follower()
    const url = await back({ sim_person: person.id })
    expect([url.host, url.searchParams.get('x'), url.searchParams.get('state')]).toEqual(['shop.example', '1', 's1'])
    const code = url.searchParams.get('code')
    const grant = await exchange(code)
    expect(grant).toMatchObject({ openid, unionid: person.unionids['hegu'], scope: 'snsapi_base' })
    expect((await exchange(code)).errcode).toBe(40163)
    expect((await exchange('nonsense')).errcode).toBe(40029)
    const info = `/sns/userinfo?access_token=${String(grant['access_token'])}&openid=${openid}`
    expect((await place.ask('GET', info)).errcode).toBe(48001)
    const late = (await back({ sim_person: person.id })).searchParams.get('code')
    await place.later(301_000)
    expect((await exchange(late)).errcode).toBe(42003)
  })

  it('userinfo asks first; yes tells the name, no sends back without a code', async () => {
    const { person, openid } = place.follower('王秀英')
    const wish = { scope: 'snsapi_userinfo', sim_person: person.id }
    expect(await (await visit(wish)).text()).toContain('申请获取并使用你的以下信息')
    expect((await back({ ...wish, sim_consent: 'no' })).searchParams.get('code')).toBeNull()
    const { access_token, refresh_token } = await exchange(
      (await back({ ...wish, sim_consent: 'yes' })).searchParams.get('code'),
    )
    const info = `/sns/userinfo?access_token=${String(access_token)}&openid=${openid}`
    expect(await place.ask('GET', info)).toMatchObject({ nickname: '王秀英', sex: 0 })
    await place.later(7_201_000)
    expect((await place.ask('GET', info)).errcode).toBe(42001)
    const refresh = `/sns/oauth2/refresh_token?appid=${o}&grant_type=refresh_token&refresh_token=${String(refresh_token)}`
    expect(await place.ask('GET', refresh)).toMatchObject({ openid, refresh_token })
    await place.later(30 * dayMs)
    expect((await place.ask('GET', refresh)).errcode).toBe(42002)
  })

  it('asks whose phone it is, refuses another domain, and gives virtual ids on a snapshot page', async () => {
    const { person, openid } = place.follower('王秀英')
    expect(await (await visit({})).text()).toContain('王秀英')
    place.sandbox.world.settings.snapshotUsers = true
    const grant = await exchange((await back({ sim_person: person.id })).searchParams.get('code'))
    expect(grant).toMatchObject({ is_snapshotuser: 1 })
    expect(grant['openid']).not.toBe(openid)
    await place.ask('PATCH', `/__sim/accounts/${o}`, { webDomain: 'other.example' })
    expect(await (await visit({ sim_person: person.id })).text()).toContain('redirect_uri域名与后台配置不一致')
  })
})
