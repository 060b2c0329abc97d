import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { channelsApi } from '../../../server/modules/channels/contract.ts'
import { membersEnrolled } from '../../../server/modules/members/events.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { wechatApi, type CodeRow } from '../../../server/modules/wechat/contract/index.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

const WEST = 'WEST1'
let on: Stage
let owner: StaffUser
let guide: StaffUser

beforeEach(async () => {
  on = await stage()
  owner = await on.shop.as('owner')
  guide = await on.shop.as('guide', { stores: [WEST], name: '陈导购' })
})
afterEach(() => on.close())

const texts = (person: ReturnType<Stage['person']>): (string | undefined)[] =>
  person.entries.filter(entry => entry.from === 'account').map(entry => entry.text)

async function staffCode(more: object = {}): Promise<CodeRow> {
  const api = owner.call(wechatApi)
  const made = await api.createCode({
    body: {
      kind: 'store_staff',
      name: '陈导购的码',
      storeCode: WEST,
      staffId: guide.staffId,
      welcome: [{ type: 'text', text: '我是城西店小陈,有事找我' }],
      ...more,
    },
  })
  await on.shop.drain()
  return api.code({ params: { codeId: made.codeId } })
}

async function buys(memberId: string, day: string, receiptNo: string): Promise<void> {
  const { cardNo } = await owner.call(membersApi).head({ params: { memberId } })
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.sales.record(tx, {
      storeCode: WEST,
      tillCode: '1',
      businessDate: day,
      receiptNo,
      type: 'sale',
      businessAt: new Date(`${day}T04:00:00Z`),
      memberRef: { kind: 'card', value: cardNo },
      lines: [{ productCode: 'P1', name: '上海青', quantity: '2', unitPrice: '3' }],
    }),
  )
  await on.shop.drain()
}

describe('a channel code of a store and a member of staff', () => {
  it('is followed, greets in its own words, enrols for its recruiter and is counted to the second purchase', async () => {
    const code = await staffCode()
    expect(code).toMatchObject({ state: 'ready', permanent: true, staffName: '陈导购' })
    expect(code.url).toMatch(/^http:\/\/weixin\.qq\.com\/q\//)

    const wang = on.person('王女士')
    on.wechat.actions.scan(wang, on.official, code.url)
    await on.settle()
    expect(texts(wang)).toEqual(['我是城西店小陈,有事找我'])
    on.wechat.actions.scan(wang, on.official, code.url)
    await on.settle()

    const { memberId } = await on.enrols(wang)
    await on.shop.drain()
    const head = await owner.call(membersApi).head({ params: { memberId } })
    expect(head).toMatchObject({
      homeStore: WEST,
      enrolledStore: WEST,
      recruitedBy: guide.staffId,
      recruiterName: '陈导购',
    })
    const { items } = await owner.call(membersApi).list({ query: { recruitedBy: guide.staffId } })
    expect(items.map(row => row.recruiterName)).toEqual(['陈导购'])

    const passerBy = on.person('路过的人')
    on.wechat.actions.scan(passerBy, on.official, code.url)
    await on.settle()

    const today = shopDay(new Date(head.enrolledAt), 'Asia/Shanghai')
    const after = (days: number): string => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
    const funnel = () => owner.call(channelsApi).funnel({ params: { codeId: code.codeId }, query: { days: 30 } })
    await buys(memberId, after(-3), 'R0')
    expect(await funnel()).toEqual({ scans: 3, people: 2, follows: 2, enrolled: 1, bought: 0, cameBack: 0 })
    await buys(memberId, after(1), 'R1')
    await buys(memberId, after(1), 'R2')
    expect(await funnel()).toMatchObject({ bought: 1, cameBack: 0 })
    await buys(memberId, after(32), 'R3')
    expect(await funnel()).toMatchObject({ bought: 1, cameBack: 0 })
    expect(
      await owner.call(channelsApi).funnel({ params: { codeId: code.codeId }, query: { days: 31 } }),
    ).toMatchObject({ cameBack: 1 })
    const summary = await owner.call(membersApi).summary({ query: { from: today, to: today } })
    expect(summary.byRecruiter).toEqual([{ recruitedBy: guide.staffId, name: '陈导购', count: 1 }])
  })

  it('goes on counting a member whose card is merged into an older one, and anew when that is undone', async () => {
    const code = await staffCode()
    const [wang, old] = [on.person('王女士'), on.person('王女士从前')]
    const { memberId: keptId } = await on.enrols(old)
    on.wechat.actions.scan(wang, on.official, code.url)
    await on.settle()
    const { memberId } = await on.enrols(wang)
    await on.shop.drain()
    const { enrolledAt } = await owner.call(membersApi).head({ params: { memberId } })
    const day = shopDay(new Date(enrolledAt), 'Asia/Shanghai')
    const after = (days: number): string => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
    await buys(memberId, after(1), 'M1')
    const funnel = () => owner.call(channelsApi).funnel({ params: { codeId: code.codeId }, query: {} })
    expect(await funnel()).toMatchObject({ enrolled: 1, bought: 1, cameBack: 0 })

    const { mergeId } = await owner.call(membersApi).merge({
      params: { memberId: keptId },
      body: { otherId: memberId, evidence: 'idCard', note: '身份证与两张卡一致' },
    })
    await on.shop.drain()
    expect(await funnel()).toMatchObject({ enrolled: 1, bought: 1, cameBack: 0 })
    await buys(keptId, after(5), 'M2')
    expect(await funnel()).toMatchObject({ enrolled: 1, bought: 1, cameBack: 1 })
    await owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '不是一个人' } })
    await on.shop.drain()
    expect(await funnel()).toMatchObject({ enrolled: 1, bought: 1, cameBack: 0 })
  })

  it('is made once for each pair, however often and by how many it is asked for', async () => {
    const pairs = [{ storeCode: WEST, staffId: guide.staffId }]
    const api = owner.call(wechatApi)
    const counts = await Promise.all(Array.from({ length: 5 }, () => api.createCodes({ body: { pairs } })))
    expect(counts.reduce((sum, { created }) => sum + created, 0)).toBe(1)
    await on.shop.drain()
    const { items } = await api.codes({ query: {} })
    expect(items.map(({ state, name }) => [state, name])).toEqual([['ready', '陈导购']])
    await expect(staffCode()).rejects.toMatchObject({ code: 'wechat.codeExists' })
    await api.retireCode({ params: { codeId: items[0]?.codeId ?? '' } })
    expect((await staffCode()).state).toBe('ready')
  })

  it('says, tags and credits nothing once it is retired', async () => {
    const code = await staffCode()
    await owner.call(wechatApi).retireCode({ params: { codeId: code.codeId } })
    const li = on.person('李先生')
    on.wechat.actions.scan(li, on.official, code.url)
    await on.settle()
    expect(texts(li)).not.toContain('我是城西店小陈,有事找我')
    const { memberId } = await on.enrols(li)
    expect((await owner.call(membersApi).head({ params: { memberId } })).recruitedBy).toBeNull()
  })

  it('is seen and made by a store manager for the own store only', async () => {
    const code = await staffCode()
    const west = await on.shop.as('storeManager', { stores: [WEST] })
    const east = await on.shop.as('storeManager', { stores: ['EAST1'] })
    const params = { codeId: code.codeId }
    expect((await west.call(wechatApi).codes({ query: {} })).items).toHaveLength(1)
    expect((await east.call(wechatApi).codes({ query: {} })).items).toEqual([])
    await expect(east.call(wechatApi).code({ params })).rejects.toMatchObject({ code: 'wechat.noSuchCode' })
    expect((await east.call(channelsApi).funnels({ query: {} })).items).toEqual([])
    const foreign = { kind: 'shelf' as const, name: '货架', storeCode: WEST }
    await expect(east.call(wechatApi).createCode({ body: foreign })).rejects.toMatchObject({
      code: 'wechat.codeElsewhere',
    })
    const others = { kind: 'store_staff' as const, name: '码', storeCode: 'EAST1', staffId: guide.staffId }
    await expect(east.call(wechatApi).createCode({ body: others })).rejects.toMatchObject({
      code: 'wechat.noSuchRecruiter',
    })
    await expect(guide.call(wechatApi).createCode({ body: foreign })).rejects.toMatchObject({ status: 403 })
  })
})

describe('a poster that opens the card page', () => {
  it('has a picture of WeChat’s, and who enrols from it is counted', async () => {
    const api = owner.call(wechatApi)
    const made = await api.createCode({ body: { kind: 'poster', opens: 'mini', name: '端午海报', storeCode: WEST } })
    await on.shop.drain()
    const params = { codeId: made.codeId }
    const code = await api.code({ params })
    expect(code).toMatchObject({ state: 'ready', url: '' })
    const picture = await fetch(`${on.shop.url}/api/admin/wechat/codes/${made.codeId}/image`, {
      headers: { cookie: owner.session.cookie },
    })
    expect(picture.headers.get('content-type')).toMatch(/^image\//)
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(100)

    const zhao = on.person('赵女士')
    const headers = await on.opens(zhao)
    await on.shop.call(wechatApi, headers).noteScan({ body: { scene: code.scene } })
    await on.shop.call(wechatApi, headers).noteScan({ body: { scene: 'not-ours' } })
    const { memberId } = await on.enrols(zhao)
    await on.shop.drain()
    expect((await owner.call(membersApi).head({ params: { memberId } })).enrolledStore).toBe(WEST)
    expect(await owner.call(channelsApi).funnel({ params, query: {} })).toMatchObject({
      scans: 1,
      follows: 0,
      enrolled: 1,
    })
    // Told twice, counted once.
    await inTransaction(on.shop.db, tx =>
      publish(tx, membersEnrolled, {
        members: [{ memberId, origin: { codeId: made.codeId, at: on.shop.clock.now().toISOString() } }],
      }),
    )
    await on.shop.drain()
    expect((await owner.call(channelsApi).funnel({ params, query: {} })).enrolled).toBe(1)
  })
})

describe('temporary and permanent', () => {
  it('a temporary code lives 30 days at most, and afterwards brings nobody', async () => {
    const in40Days = new Date(on.shop.clock.now().getTime() + 40 * 86_400_000).toISOString()
    const in1Day = new Date(on.shop.clock.now().getTime() + 86_400_000).toISOString()
    const leaflet = { kind: 'leaflet' as const, name: '传单', storeCode: WEST }
    const api = owner.call(wechatApi)
    await expect(api.createCode({ body: { ...leaflet, validUntil: in40Days } })).rejects.toMatchObject({
      code: 'wechat.codeTooLong',
    })
    const made = await api.createCode({ body: { ...leaflet, validUntil: in1Day } })
    await on.shop.drain()
    const code = await api.code({ params: { codeId: made.codeId } })
    expect(code).toMatchObject({ state: 'ready', permanent: false })
    on.shop.clock.advance(2 * 86_400_000)
    await on.wechat.world.clock.advance(2 * 86_400_000)
    const late = on.person('来晚了的人')
    expect(() => on.wechat.actions.scan(late, on.official, code.url)).toThrow()
    expect(await owner.call(channelsApi).funnel({ params: { codeId: made.codeId }, query: {} })).toMatchObject({
      scans: 0,
      enrolled: 0,
    })
  })

  it('nobody takes more than the permanent codes an account has', async () => {
    await on.shop.db.insertInto('wechat_code_use').values({ appId: on.official.appId, permanent: 99_999 }).execute()
    const api = owner.call(wechatApi)
    const shelf = (name: string) => api.createCode({ body: { kind: 'shelf', name } })
    const tried = await Promise.allSettled([shelf('一'), shelf('二'), shelf('三')])
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('a refusal of WeChat is told and can be tried again; a code left by a fallen process is made', async () => {
    on.wechat.world.faults.add({
      match: { path: '/cgi-bin/qrcode/create' },
      skip: 0,
      chance: 1,
      times: 1,
      fault: { do: 'errcode', errcode: 45029 },
    })
    const code = await staffCode()
    expect(code).toMatchObject({ state: 'failed' })
    expect(code.problem?.zh).toBeTruthy()
    const params = { codeId: code.codeId }
    await owner.call(wechatApi).retryCode({ params })
    await on.shop.drain()
    expect((await owner.call(wechatApi).code({ params })).state).toBe('ready')
    await on.shop.db
      .updateTable('wechat_code')
      .set({ state: 'making', claimToken: 'gone', claimedAt: new Date(on.shop.clock.now().getTime() - 120_000) })
      .execute()
    const left = await owner.call(wechatApi).createCode({ body: { kind: 'shelf', name: '另一个' } })
    await on.shop.drain()
    expect((await owner.call(wechatApi).code({ params: { codeId: left.codeId } })).state).toBe('ready')
    expect((await owner.call(wechatApi).code({ params })).state).toBe('ready')
  })
})
