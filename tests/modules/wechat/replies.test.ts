import type { Content } from 'wechat-api-ts'
import { afterEach, describe, expect, it } from 'vitest'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { wechatApi, type ReplyRuleInput } from '../../../server/modules/wechat/contract/index.ts'
import { createReplyBook } from '../../../server/modules/wechat/service/replies/book.ts'
import { sayingOf } from '../../../server/modules/wechat/service/replies/match.ts'
import { inTime } from '../../../server/modules/wechat/service/replies/values.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
afterEach(() => on.close())

const text = (said: string, plain = ''): ReplyRuleInput['messages'][number] => ({ type: 'text', text: said, plain })
const rule = (more: Partial<ReplyRuleInput> & Pick<ReplyRuleInput, 'kind' | 'messages'>): ReplyRuleInput => ({
  name: '规则',
  active: true,
  match: { patterns: [], keys: [] },
  hours: null,
  toDesk: false,
  ...more,
})
const word = (how: 'exact' | 'contains' | 'regex', said: string) => ({ patterns: [{ how, text: said }], keys: [] })

async function open() {
  on = await stage()
  const owner = await on.shop.as('owner', { name: '店主' })
  const api = owner.call(wechatApi)
  const appId = on.official.appId
  const person = on.person('王秀英')
  on.wechat.actions.follow(person, on.official)
  await on.settle()
  /** What the account has said since the welcome. */
  const entries = () => person.entries.filter(({ from, kind }) => from === 'account' && kind !== 'followed').slice(1)
  const heard = (): string[] => entries().map(entry => entry.text ?? `[${entry.kind}]`)
  return {
    owner,
    api,
    appId,
    person,
    entries,
    heard,
    add: (more: Parameters<typeof rule>[0]) => api.createReplyRule({ body: { appId, ...rule(more) } }),
    async says(said: string) {
      on.wechat.actions.say(person, on.official, said)
      await on.settle()
    },
    tickets: async () => (await owner.call(ticketsApi).list({ query: {} })).items,
  }
}

describe('a shopper writes to the account', () => {
  it('and gets the answer of the first rule that fits; the people at the desk are not bothered', async () => {
    const { add, person, says, heard, tickets, api, appId } = await open()
    expect(person.entries.map(entry => entry.text)).toContainEqual(expect.stringContaining('欢迎光临'))
    await add({ kind: 'text', match: word('contains', '停车'), messages: [text('停车前两小时免费')] })
    await add({ kind: 'text', match: word('contains', '停车场'), messages: [text('在地下一层')] })
    await says('请问停车场在哪')
    expect(heard().at(-1)).toBe('停车前两小时免费')
    expect(await tickets()).toEqual([])

    const { items } = await api.replyRules({ query: { appId } })
    await api.orderReplyRules({ body: { appId, ruleIds: items.map(({ ruleId }) => ruleId).toReversed() } })
    await says('请问停车场在哪')
    expect(heard().at(-1)).toBe('在地下一层')
    const counted = await api.replyRules({ query: { appId } })
    expect(counted.items.map(({ hitsToday }) => hitsToday).toSorted()).toEqual([0, 1, 1, 1])
  })

  it('and what no rule answers becomes a ticket; so does what a rule hands on', async () => {
    const { add, says, heard, tickets } = await open()
    await says('鸡蛋碎了怎么办')
    expect(await tickets()).toHaveLength(1)
    expect(heard()).toEqual([])
    await add({ kind: 'default', messages: [text('收到,客服马上回复您')], toDesk: true })
    await says('还有两个')
    expect(heard()).toEqual(['收到,客服马上回复您'])
    expect((await tickets())[0]?.subject).toBe('鸡蛋碎了怎么办')
  })

  it('joins the open ticket although a rule answers', async () => {
    const { add, says, tickets, owner } = await open()
    await says('鸡蛋碎了怎么办')
    await add({ kind: 'text', match: word('contains', '几点'), messages: [text('8:00 到 22:00')] })
    await says('你们几点关门')
    const [ticket] = await tickets()
    const { messages } = await owner.call(ticketsApi).get({ params: { ticketId: ticket?.id ?? '' } })
    expect(messages.map(message => message.text)).toEqual(['鸡蛋碎了怎么办', '你们几点关门'])
  })

  it('reads full width and capitals as they are meant, exact words as a whole', async () => {
    const { add, says, heard } = await open()
    await add({ kind: 'text', match: word('exact', 'wifi'), messages: [text('密码 12345678')] })
    await add({ kind: 'text', match: word('regex', '^(几点|什么时候).{0,6}(关门|打烊)'), messages: [text('22:00')] })
    await says('ＷｉＦｉ')
    expect(heard()).toEqual(['密码 12345678'])
    await says('什么时候 打烊呀')
    expect(heard().at(-1)).toBe('22:00')
    await says('有wifi吗')
    expect(heard()).toHaveLength(2)
  })

  it('is told of the hours: a rule for the night is silent by day', async () => {
    const { add, says, heard } = await open()
    const days = [1, 2, 3, 4, 5, 6, 7]
    const local = new Date(on.shop.clock.now().getTime() + 8 * 3_600_000)
    const hour = local.getUTCHours()
    const at = (h: number): string => `${String((h + 24) % 24).padStart(2, '0')}:00`
    await add({
      kind: 'text',
      match: word('contains', '在吗'),
      hours: { days, from: at(hour + 2), to: at(hour + 4) },
      messages: [text('夜里')],
    })
    await says('在吗')
    expect(heard()).toEqual([])
    await add({
      kind: 'text',
      match: word('contains', '在吗'),
      hours: { days, from: at(hour - 1), to: at(hour + 1) },
      messages: [text('在的')],
    })
    await says('在吗')
    expect(heard()).toEqual(['在的'])
  })
})

describe('what is said', () => {
  it('names the member, or says something else to somebody who is none', async () => {
    const { add, person, says, heard } = await open()
    await add({
      kind: 'text',
      match: word('exact', '积分'),
      messages: [text('{会员名},您有 {积分} 积分', '开卡后就能查积分')],
    })
    await says('积分')
    expect(heard()).toEqual(['开卡后就能查积分'])
    await on.enrols(person)
    await says('积分')
    expect(heard().at(-1)).toBe('王**,您有 0 积分')
  })

  it('may be several messages: the first at once, the others as customer-service messages, each once', async () => {
    const { add, entries, says } = await open()
    await add({
      kind: 'text',
      match: word('exact', '你好'),
      messages: [text('您好'), { type: 'menu', head: '想问什么', items: ['积分', '停车'], tail: '' }],
    })
    await says('你好')
    expect(entries()).toHaveLength(2)
    const sent = await on.shop.db.selectFrom('wechat_message').select(['messageKey', 'state', 'bodyJson']).execute()
    expect(sent).toEqual([expect.objectContaining({ state: 'sent', bodyJson: expect.stringContaining('msgmenu') })])
    await on.settle()
    expect(entries()).toHaveLength(2)
  })

  it('answers a tap on the menu by its key, other keys by the rule for all', async () => {
    const { add, person, heard } = await open()
    await add({ kind: 'click', match: { patterns: [], keys: ['parking'] }, messages: [text('停车前两小时免费')] })
    on.wechat.actions.tapMenu(person, on.official, { type: 'click', key: 'parking' })
    await on.settle()
    expect(heard().at(-1)).toBe('停车前两小时免费')
    on.wechat.actions.tapMenu(person, on.official, { type: 'click', key: 'else' })
    await on.settle()
    expect(heard().at(-1)).toContain('请直接在这里留言')
  })
})

describe('who writes the rules', () => {
  it.each([
    ['(a+)+$', null],
    ['(?=a)b', 'badPattern'],
    ['((a{0,100}){0,100}){0,100}', 'badPattern'],
    ['[\\s\\S]{0,1000}z', 'badPattern'],
    ['([', 'badPattern'],
  ])('pattern %s is %s', async (pattern, refused) => {
    const { add, says, heard } = await open()
    const adding = add({ kind: 'text', match: word('regex', pattern), messages: [text('好')] })
    if (refused === null) {
      await adding
      const started = performance.now()
      await says(`${'a'.repeat(500)}!`)
      // Linear time: a backtracking engine would still be at it when the sun goes out.
      expect(performance.now() - started).toBeLessThan(20_000)
      expect(heard()).toEqual([])
    } else await expect(adding).rejects.toThrow(refused)
  })

  it('are told what is missing, and of somebody who was faster', async () => {
    const { add, api, appId } = await open()
    await expect(add({ kind: 'text', messages: [text('好')] })).rejects.toThrow('ruleWithoutWords')
    await expect(add({ kind: 'default', messages: [text('{积分} 分')] })).rejects.toThrow('noPlainText')
    await expect(add({ kind: 'default', messages: [{ type: 'handOver' }, text('好')] })).rejects.toThrow(
      'handOverAlone',
    )
    // What WeChat would drop without a word is told before it is saved.
    for (const kind of ['welcome', 'click'] as const)
      await expect(add({ kind, messages: [{ type: 'handOver' }] })).rejects.toThrow('handOverToWords')
    const film = { type: 'video', materialId: '0'.repeat(26), title: '', description: '' } as const
    await expect(add({ kind: 'default', messages: [text('好'), film] })).rejects.toThrow('filmFirst')
    const { ruleId } = await add({ kind: 'default', messages: [text('好')] })
    const body = { ...rule({ kind: 'default', messages: [text('很好')] }), version: 1 }
    await api.updateReplyRule({ params: { ruleId }, body })
    await expect(api.updateReplyRule({ params: { ruleId }, body })).rejects.toThrow('common.conflict')
    const marketer = await on.shop.as('analyst')
    await expect(
      marketer.call(wechatApi).switchReplyRule({ params: { ruleId }, body: { active: false } }),
    ).rejects.toThrow('forbidden')
    await api.removeReplyRule({ params: { ruleId } })
    expect((await api.replyRules({ query: { appId } })).items.map(({ kind }) => kind)).toEqual(['welcome', 'click'])
  })

  it('try a text and see which rule answers, and why the others do not; nothing is counted', async () => {
    const { add, api, appId } = await open()
    const parking = await add({ kind: 'text', name: '停车', match: word('contains', '停车'), messages: [text('免费')] })
    await add({ kind: 'text', name: '停车场', match: word('contains', '停车场'), messages: [text('地下')] })
    const off = await add({ kind: 'text', name: '关着的', match: word('contains', '停'), messages: [text('x')] })
    await api.switchReplyRule({ params: { ruleId: off.ruleId }, body: { active: false } })
    const tried = await api.tryReply({ body: { appId, saying: { kind: 'text', text: '停车场在哪' } } })
    expect(tried).toMatchObject({ ruleId: parking.ruleId, ruleName: '停车', toDesk: false })
    expect(tried.messages).toEqual([{ at: 'once', message: { type: 'text', text: '免费', plain: '' } }])
    expect(tried.steps.map(({ name, fits, why }) => [name, fits, why])).toEqual([
      ['关注欢迎语', false, 'otherKind'],
      ['停车', true, null],
      ['停车场', false, 'earlier'],
      ['关着的', false, 'off'],
      ['其他菜单', false, 'otherKind'],
    ])
    const draft = {
      ruleId: parking.ruleId,
      rule: rule({ kind: 'text', match: word('contains', '公交'), messages: [text('1 路')] }),
    }
    expect((await api.tryReply({ body: { appId, saying: { kind: 'text', text: '公交' }, draft } })).ruleId).toBe(
      parking.ruleId,
    )
    expect((await api.tryReply({ body: { appId, saying: { kind: 'text', text: '没人懂' } } })).toDesk).toBe(true)
    await on.settle()
    expect((await api.replyHits({ params: { ruleId: parking.ruleId } })).items.every(({ hits }) => hits === 0)).toBe(
      true,
    )
  })

  it('reach other processes within two seconds', async () => {
    const { add, appId } = await open()
    const other = createReplyBook(on.shop.kernel)
    expect((await other.page(appId)).rules).toHaveLength(2)
    await add({ kind: 'default', messages: [text('好')] })
    await expect.poll(async () => (await other.page(appId)).rules.length, { timeout: 10_000 }).toBe(3)
  })
})

describe('what goes wrong', () => {
  it('is decided again when nobody decided in time, and comes as a customer-service message, once', async () => {
    const { add, entries, person } = await open()
    await add({ kind: 'text', match: word('exact', '营业时间'), messages: [text('8:00 到 22:00')] })
    on.wechat.actions.say(person, on.official, '营业时间')
    await on.wechat.pushes.settled()
    // As if the database had been away when the push came: stored, but nobody had decided.
    const late = JSON.stringify({ reply: null, note: null, late: true })
    await on.shop.db.updateTable('wechat_inbound').set({ replyJson: late }).where('kind', '=', 'text').execute()
    const before = entries().length
    await on.settle()
    await on.shop.db.updateTable('wechat_inbound').set({ workedAt: null }).where('kind', '=', 'text').execute()
    const intake = on.shop.modules.jobs.find(job => job.name === 'wechat.intake')
    if (intake !== undefined) await on.shop.kernel.enqueue(intake, {})
    await on.settle()
    const left = await on.shop.db.selectFrom('wechat_inbound').select('id').where('workedAt', 'is', null).execute()
    expect(left).toEqual([])
    expect(
      entries()
        .slice(before)
        .map(entry => entry.text),
    ).toEqual(['8:00 到 22:00'])
  })

  it('values that do not come in time are gone without', async () => {
    on = await stage()
    expect(await inTime(new Promise(() => undefined), 5)).toEqual({})
    expect(await inTime(Promise.reject(new Error('the database is away')), 5)).toEqual({})
    expect(await inTime(Promise.resolve({ 积分: '12' }), 1_000)).toEqual({ 积分: '12' })
  })

  it('is never an echo: reports of our own messages and pages that open are not answered', async () => {
    on = await stage()
    const others: Content[] = [
      { kind: 'templateSent', msgId: '1', outcome: 'delivered', status: 'success' },
      { kind: 'subscribeSent', results: [] },
      { kind: 'menuViewed', url: 'https://shop.example/' },
      { kind: 'unfollowed' },
      { kind: 'other' },
    ]
    expect(others.map(sayingOf)).toEqual(others.map(() => null))
  })
})

describe('pictures', () => {
  it('are kept by us and by WeChat, and come back to the shopper', async () => {
    const { add, owner, entries, says } = await open()
    const form = new FormData()
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    )
    form.set('file', new Blob([png], { type: 'image/png' }), '门店.png')
    const send = (kind: string, body: FormData) =>
      fetch(`${on.shop.url}/api/admin/wechat/materials?kind=${kind}`, {
        method: 'POST',
        body,
        headers: { cookie: owner.session.cookie, 'x-csrf-token': owner.session.csrf },
      })
    const { materialId } = (await (await send('image', form)).json()) as { materialId: string }
    await add({ kind: 'text', match: word('exact', '门店'), messages: [{ type: 'image', materialId }] })
    await says('门店')
    expect(entries().map(({ kind }) => kind)).toEqual(['image'])
    const shown = await fetch(`${on.shop.url}/api/admin/wechat/materials/${materialId}/file`, {
      headers: { cookie: owner.session.cookie },
    })
    expect([shown.headers.get('content-type'), Buffer.from(await shown.arrayBuffer()).equals(png)]).toEqual([
      'image/png',
      true,
    ])
    const page = new FormData()
    page.set('file', new Blob(['<script>alert(1)</script>']), '坏.png')
    expect((await send('image', page)).status).toBe(422)
  })
})
