import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { raceDoor } from '../../support/race-door.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { deliver } from './pushes.ts'

// A shopper takes back in WeChat what the shop was let know (授权管理 → 撤回): the shop has to delete it, and tells nobody who it was.
let on: Stage
beforeEach(async () => {
  on = await stage()
})
afterEach(() => on.close())

const [PHONE, PICTURES, PLACE, UNHEARD_OF] = ['8', '14', '206', '4711']

const memberOf = (id: string) =>
  on.shop.db.selectFrom('member').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const identitiesOf = async (id: string) =>
  (await on.shop.db.selectFrom('member_identity').selectAll().where('memberId', '=', id).execute())
    .map(({ kind, appId }) => `${kind} ${appId}`.trim())
    .toSorted()
const audited = async (action: string) =>
  (await on.shop.db.selectFrom('audit_entry').selectAll().where('action', '=', action).execute()).map(
    ({ detailsJson, subjectId, actorName }) => ({
      actorName,
      subjectId,
      details: JSON.parse(detailsJson ?? '{}') as Record<string, unknown>,
    }),
  )
/** The reaction of a room, called as the queue calls it: at least once. */
const again = (name: string, payload: unknown) =>
  on.shop.modules.handlers.find(handler => handler.name === name)?.run(payload)

describe('a member who takes back the phone number', () => {
  it('has none from then on, and stays a member; it was done once, and is written down without the number', async () => {
    on.wechat.world.settings.duplicatePushes = 2
    const auntie = on.person('王阿姨')
    const { memberId, headers } = await on.enrols(auntie)
    const { phoneHash } = await memberOf(memberId)
    expect(phoneHash).not.toBeNull()
    on.wechat.actions.takeBack(auntie, on.mini, PHONE)
    await on.settle()
    expect(await memberOf(memberId)).toMatchObject({
      state: 'active',
      phoneSealed: null,
      phoneHash: null,
      phoneLast4Hash: null,
    })
    expect(await identitiesOf(memberId)).toEqual([`openid ${on.mini.appId}`, 'unionid'])
    expect((await on.shop.modules.members.idsByPhones(on.shop.db, [auntie.phone])).size).toBe(0)
    expect(await on.shop.modules.members.memberIdOf(on.mini.appId, auntie.openids[on.mini.appId] ?? '', null)).toBe(
      memberId,
    )
    expect(headers.authorization).toMatch(/^Bearer /)
    const told = await audited('wechat.dataRevoked')
    expect(told).toMatchObject([{ actorName: 'wechat', details: { appId: on.mini.appId, data: ['phone'] } }])
    expect(await audited('members.forgetRevoked')).toMatchObject([
      { subjectId: memberId, details: { deleted: ['phone'] } },
    ])
    const log = JSON.stringify(await on.shop.db.selectFrom('audit_entry').selectAll().execute())
    expect(log).not.toContain(auntie.phone)
    expect(JSON.stringify(told)).not.toContain(auntie.openids[on.mini.appId] ?? 'no openid')
  })

  it('keeps the one that she gave anew since, and the one that the ERP has told', async () => {
    const auntie = on.person('王阿姨')
    const { memberId } = await on.enrols(auntie)
    const payload = {
      appId: on.mini.appId,
      openid: auntie.openids[on.mini.appId],
      unionid: null,
      data: ['phone'],
      at: new Date(on.shop.clock.now().getTime() - 60_000).toISOString(),
    }
    await again('members.forgetRevoked', payload)
    expect((await memberOf(memberId)).phoneHash).not.toBeNull()
    const now = { ...payload, at: on.shop.clock.now().toISOString() }
    const source = (from: string) =>
      on.shop.db.updateTable('member_identity').set({ source: from }).where('kind', '=', 'phone').execute()
    await source('erp')
    await again('members.forgetRevoked', now)
    expect((await memberOf(memberId)).phoneHash).not.toBeNull()
    await source('miniprogram')
    await again('members.forgetRevoked', now)
    await again('members.forgetRevoked', now)
    expect((await memberOf(memberId)).phoneHash).toBeNull()
    expect(await audited('members.forgetRevoked')).toHaveLength(1)
  })

  it('who was about to prove an old membership by it has no open claim any more', async () => {
    const [old, young] = [on.person('老主人'), on.person('新主人')]
    const { memberId } = await on.enrols(old)
    await on.shop.db
      .insertInto('member_claim')
      .values({
        id: on.shop.kernel.newId(),
        memberId,
        appId: on.mini.appId,
        openid: young.openids[on.mini.appId] ?? '',
        phoneSealed: on.shop.kernel.vault.seal(young.phone),
        phoneHash: 'h',
        requestJson: '{}',
        state: 'open',
        createdAt: on.shop.clock.now(),
        expiresAt: new Date(on.shop.clock.now().getTime() + 60_000),
      })
      .execute()
    on.wechat.actions.takeBack(young, on.mini, PHONE)
    await on.settle()
    expect(await on.shop.db.selectFrom('member_claim').selectAll().execute()).toEqual([])
    expect((await memberOf(memberId)).phoneHash).not.toBeNull()
  })
})

describe('a follower who takes back the place', () => {
  it('has told no place any more; what was written stays, and so does everybody else’s', async () => {
    const [auntie, uncle] = [on.person('王阿姨'), on.person('李叔')]
    for (const one of [auntie, uncle]) {
      on.wechat.actions.follow(one, on.official)
      on.wechat.actions.reportLocation(one, on.official, 31.23, 121.47)
    }
    on.wechat.actions.tapMenu(auntie, on.official, { type: 'location_select', key: 'near' })
    on.wechat.actions.say(auntie, on.official, '最近的店在哪')
    await on.settle()
    on.wechat.actions.takeBack(auntie, on.official, PLACE)
    await on.settle()
    const kept = await on.shop.db
      .selectFrom('wechat_inbound')
      .select(['openid', 'kind', 'event', 'payloadJson'])
      .where(eb => eb.or([eb('event', 'in', ['LOCATION', 'location_select']), eb('kind', '=', 'text')]))
      .orderBy('id')
      .execute()
    const hers = auntie.openids[on.official.appId]
    expect(
      kept.map(({ openid, kind, event, payloadJson }) => [openid === hers, event || kind, payloadJson === '{}']),
    ).toEqual([
      [true, 'LOCATION', true],
      [false, 'LOCATION', false],
      [true, 'location_select', true],
      [true, 'text', false],
    ])
    expect(await audited('wechat.dataRevoked')).toMatchObject([{ details: { data: ['location'], rows: 2 } }])
  })
})

describe('a shopper who takes back the pictures', () => {
  it('has them deleted from her ticket, bytes and all, and the ticket says so; nobody else’s are', async () => {
    const files = (): string[] =>
      existsSync(join(on.shop.config.DATA_DIR, 'files'))
        ? readdirSync(join(on.shop.config.DATA_DIR, 'files'), { recursive: true, withFileTypes: true })
            .filter(entry => entry.isFile())
            .map(({ name }) => name)
        : []
    const asks = async (name: string) => {
      const person = on.person(name)
      const { headers } = await on.enrols(person)
      const body = new FormData()
      const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(name)])
      body.append('file', new Blob([new Uint8Array(bytes)]), 'egg.png')
      const reply = await fetch(`${on.shop.url}/api/shop/tickets/photos`, { method: 'POST', headers, body })
      const { photoId } = (await reply.json()) as { photoId: string }
      const ticket = await on.shop.call(ticketsApi, headers).submit({
        body: {
          key: `eggs-of-${headers.authorization.slice(-12)}`,
          kind: 'quality',
          text: '鸡蛋破了',
          storeCode: 'S01',
          photos: [photoId],
        },
      })
      return { person, ticketId: ticket.id }
    }
    const agent = (await on.shop.as('agent')).call(ticketsApi)
    const [hers, his] = [await asks('王阿姨'), await asks('李叔')]
    const before = files().length
    on.wechat.actions.takeBack(hers.person, on.mini, PICTURES)
    await on.settle()
    const seen = async (ticketId: string) => (await agent.get({ params: { ticketId } })).messages[0]
    expect(await seen(hers.ticketId)).toMatchObject({ photos: [], text: '鸡蛋破了 [图片已由顾客撤回]' })
    expect((await seen(his.ticketId))?.photos).toHaveLength(1)
    expect(files()).toHaveLength(before - 1)
    await again('tickets.forgetPhotos', {
      appId: on.mini.appId,
      openid: hers.person.openids[on.mini.appId],
      unionid: null,
      data: ['pictures'],
      at: on.shop.clock.now().toISOString(),
    })
    expect(await seen(hers.ticketId)).toMatchObject({ text: '鸡蛋破了 [图片已由顾客撤回]' })
  })
})

describe('a person who closes their WeChat account', () => {
  it('is known to WeChat’s rooms by a hash alone; the membership goes on, without a way to it from WeChat', async () => {
    const auntie = on.person('王阿姨')
    on.wechat.actions.follow(auntie, on.official)
    on.wechat.actions.say(auntie, on.official, '我家住在城西路 8 号')
    const { memberId, headers } = await on.enrols(auntie)
    await on.allows(auntie, headers, 'tmpl_coupon_arrived', 2)
    await on.settle()
    for (const account of [on.official, on.mini]) on.wechat.actions.takeBack(auntie, account, 'account')
    await on.settle()
    const { db } = on.shop
    const everything = JSON.stringify([
      await db.selectFrom('wechat_follower').selectAll().execute(),
      await db.selectFrom('wechat_inbound').selectAll().execute(),
      await db.selectFrom('wechat_message').selectAll().execute(),
      await db.selectFrom('wechat_reach').selectAll().execute(),
      await db.selectFrom('wechat_credit').selectAll().execute(),
      await db.selectFrom('wechat_right_entry').selectAll().execute(),
      await db.selectFrom('wechat_ask').selectAll().execute(),
      await db.selectFrom('member_identity').selectAll().execute(),
    ])
    for (const secret of [...Object.values(auntie.openids), ...Object.values(auntie.unionids), '城西路'])
      expect(everything).not.toContain(secret)
    expect(await identitiesOf(memberId)).toEqual(['phone'])
    expect(await memberOf(memberId)).toMatchObject({ state: 'active' })
    expect(await db.selectFrom('wechat_ask').select('outcome').execute()).toHaveLength(
      (await db.selectFrom('wechat_ask').select('askKey').distinct().execute()).length,
    )
    expect(await on.shop.modules.wechat.differences()).toEqual([])
    // Each account tells it by itself.
    expect((await audited('members.forgetRevoked')).map(({ details }) => details['deleted'])).toEqual([
      ['wechat'],
      ['wechat'],
    ])
  })
})

describe('both accounts tell at one moment that she is gone', () => {
  it('whoever comes in between whatever statements: no way leads from WeChat to the member', async () => {
    const door = await raceDoor(on.shop)
    let statements = 1
    for (let gap = 0; gap < statements; gap++) {
      const auntie = on.person(`王阿姨${gap}`)
      on.wechat.actions.follow(auntie, on.official)
      const { memberId } = await on.enrols(auntie)
      await on.settle()
      const { appId } = on.official
      const [first] = await on.shop.db
        .selectFrom('member_identity')
        .selectAll()
        .where('memberId', '=', memberId)
        .execute()
      if (first === undefined) throw new Error('nothing leads to the member')
      await on.shop.db
        .insertInto('member_identity')
        .ignore()
        .values({ ...first, id: on.shop.kernel.newId(), kind: 'openid', appId, value: auntie.openids[appId] ?? '' })
        .execute()
      const gone = (account: string) => ({
        appId: account,
        openid: auntie.openids[account],
        unionid: Object.values(auntie.unionids)[0] ?? null,
        data: ['account'],
        at: on.shop.clock.now().toISOString(),
      })
      const tells = async (handlers: typeof on.shop.modules.handlers, account: string): Promise<void> => {
        await handlers.find(({ name }) => name === 'members.forgetRevoked')?.run(gone(account))
      }
      const race = await door.run(
        gap,
        modules => tells(modules.handlers, appId),
        () => tells(on.shop.modules.handlers, on.mini.appId),
      )
      statements = Math.max(statements, race.statements)
      expect([race.result.status, race.other.status, await identitiesOf(memberId)], `gap ${gap}`).toEqual([
        'fulfilled',
        'fulfilled',
        ['phone'],
      ])
    }
    expect(statements).toBeGreaterThan(4)
    await door.close()
  })
})

describe('what cannot be read', () => {
  it('a number that nobody knows deletes nothing, and is written down with the number', async () => {
    const auntie = on.person('王阿姨')
    const { memberId } = await on.enrols(auntie)
    on.wechat.actions.takeBack(auntie, on.mini, UNHEARD_OF)
    await on.settle()
    expect((await memberOf(memberId)).phoneHash).not.toBeNull()
    expect(await audited('wechat.dataRevoked')).toMatchObject([
      { details: { data: ['unknown'], info: UNHEARD_OF, rows: 0 } },
    ])
  })

  it('a word about nobody, and one about a stranger, hold up nobody behind them', async () => {
    const now = Math.floor(on.shop.clock.now().getTime() / 1000)
    const event = { MsgType: 'event', Event: 'user_authorization_revoke', RevokeInfo: '205' }
    await deliver(on.shop.url, 'oPlatform', now, event)
    await deliver(on.shop.url, 'oPlatform', now, { ...event, OpenID: 'o-stranger', AppID: on.official.appId })
    await deliver(on.shop.url, 'oPlatform', now, {
      MsgType: 'event',
      Event: 'user_info_modified',
      openid: 'o-stranger',
    })
    await on.settle()
    expect(await on.shop.db.selectFrom('wechat_inbound').select('id').where('workedAt', 'is', null).execute()).toEqual(
      [],
    )
    expect(await audited('wechat.dataRevoked')).toMatchObject([{ details: { data: ['nicknameAndAvatar'], rows: 0 } }])
  })
})
