import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { officialAccount, serverAccounts, type SandboxAccount } from '../../../sandbox/accounts.ts'
import { seal, verificationQuery } from '../../../sandbox/callbacks/envelope.ts'
import { resealAll } from '../../../server/kernel/db/reseal.ts'
import { createVault } from '../../../server/kernel/vault.ts'
import { createModules } from '../../../server/modules.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { lockAccount } from '../../../server/modules/wechat/repository/accounts.ts'
import { inForce, type Settings } from '../../../server/modules/wechat/service/accounts/settings.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { official, post, wechatEnv } from './pushes.ts'

let shop: World
let open = false
afterEach(async () => {
  if (open) await shop.close()
  open = false
})

async function opens(): Promise<void> {
  shop = await world(wechatEnv())
  open = true
}

const NOW = 1_795_300_000
const SECRET = 'abcdef0123456789abcdef0123456789'
const second = { kind: 'official', appId: 'wx00000000000000aa', secret: SECRET, name: '城西店服务号' } as const
const wechat = (user: StaffUser) => user.call(wechatApi)

/** What WeChat's console knows after the entries were copied there. */
const entered = (appId: string, entries: { token: string | null; aesKey: string }, token = ''): SandboxAccount => ({
  ...officialAccount,
  appId,
  token: entries.token ?? token,
  aesKey: entries.aesKey,
})
let messages = 0
const writes = async (account: SandboxAccount) => {
  const { query, body } = seal(account, 'o-someone', NOW, {
    ToUserName: account.originalId,
    FromUserName: 'o-someone',
    CreateTime: NOW,
    MsgType: 'text',
    Content: '在吗',
    MsgId: String(++messages),
  })
  return (await post(shop.url, query, body, account.appId)).status
}
const verifies = async (account: SandboxAccount) =>
  (await fetch(`${shop.url}/wechat/${account.appId}?${verificationQuery(account, NOW, 'echo')}`)).status

test('an account is connected in the admin: its address is verified and its pushes come in, without a restart', async () => {
  await opens()
  const owner = await shop.as('owner')
  const { account, console } = await wechat(owner).addAccount({ body: second })
  expect(account).toMatchObject({ state: 'active', source: 'staff', isDefault: false, mode: 'safe', version: 1 })
  expect(console.callbackUrl).toContain(`/wechat/${second.appId}`)
  expect(console.aesKey).toMatch(/^[A-Za-z0-9]{43}$/)
  const platform = entered(second.appId, console)
  expect([await verifies(platform), await writes(platform)]).toEqual([200, 200])
  const { door } = await wechat(owner).account({ params: { appId: second.appId } })
  expect(door.verifiedAt).not.toBeNull()
  await expect(wechat(owner).addAccount({ body: second })).rejects.toMatchObject({ code: 'wechat.accountKnown' })
  await expect(wechat(owner).addAccount({ body: { ...second, appId: official.appId } })).rejects.toMatchObject({
    code: 'wechat.accountKnown',
  })
})

test('another process sees a new account within seconds', async () => {
  await opens()
  const other = createModules(shop.kernel)
  for (const module of other.all) await module.start?.()
  try {
    expect(other.wechat.accounts.byId(second.appId)).toBeNull()
    await wechat(await shop.as('owner')).addAccount({ body: second })
    await expect.poll(() => other.wechat.accounts.byId(second.appId)?.name, { timeout: 5_000 }).toBe(second.name)
  } finally {
    for (const module of other.all) module.stop?.()
  }
})

test('secrets lie sealed, never come back, and are sealed anew by the rotation of the vault’s keys', async () => {
  await opens()
  const owner = await shop.as('owner')
  const { console } = await wechat(owner).addAccount({ body: second })
  const secrets = [SECRET, console.token ?? '', console.aesKey]
  const rows = JSON.stringify(await shop.db.selectFrom('wechat_account').selectAll().execute())
  const said = JSON.stringify([
    await wechat(owner).accounts(),
    await wechat(owner).account({ params: { appId: second.appId } }),
    await shop.db.selectFrom('audit_entry').selectAll().execute(),
  ])
  for (const secret of secrets) expect(rows + said).not.toContain(secret)

  const keys = new Map([...shop.config.VAULT_KEYS, ['v2', randomBytes(32)]])
  const vault = createVault(keys, shop.config.VAULT_LOOKUP_KEY)
  await resealAll(shop.db, vault)
  const row = await shop.db.selectFrom('wechat_account').selectAll().executeTakeFirstOrThrow()
  for (const sealed of [row.secretSealed, row.tokenSealed, row.aesKeySealed ?? '']) {
    expect(sealed).toMatch(/^v2\./)
    expect(secrets).toContain(vault.open(sealed))
  }
})

test('a new key is taken at once and the one before is still read; with a new token the old one is dead', async () => {
  await opens()
  const owner = await shop.as('owner')
  const first = await wechat(owner).addAccount({ body: second })
  const before = entered(second.appId, first.console)
  const renewed = await wechat(owner).renewKeys({ params: { appId: second.appId }, body: { version: 1 } })
  expect(renewed.console.token).toBeNull()
  expect(renewed.account).toMatchObject({ hasPreviousKey: true, version: 2 })
  const after = entered(second.appId, renewed.console, before.token)
  expect([await writes(before), await writes(after)]).toEqual([200, 200])
  const again = await wechat(owner).renewKeys({ params: { appId: second.appId }, body: { version: 2, token: true } })
  const newest = entered(second.appId, again.console)
  // The key before the last is forgotten, and so is the token.
  expect([await writes(before), await writes(after), await writes(newest)]).toEqual([401, 401, 200])
  const { door } = await wechat(owner).account({ params: { appId: second.appId } })
  expect(door.refusedReason).toBe('badSignature')
})

test('an account of the environment can be changed in the admin, and from then on the database has the last word', async () => {
  await opens()
  const owner = await shop.as('owner')
  const at = { params: { appId: official.appId } }
  expect(await wechat(owner).account(at)).toMatchObject({ source: 'environment', isDefault: true, version: 0 })
  const changed = await wechat(owner).changeAccount({
    ...at,
    body: { version: 0, name: '禾谷超市', templates: { pointsArrived: 'tmpl_other' } },
  })
  expect(changed).toMatchObject({ source: 'staff', name: '禾谷超市', version: 1, isDefault: true })
  expect(shop.modules.wechat.accounts.templateOf('official', 'pointsArrived')).toBe('tmpl_other')
  // Its secrets went with it: pushes are still taken.
  expect(await writes(official)).toBe(200)
  await expect(wechat(owner).changeAccount({ ...at, body: { version: 0, name: '晚了' } })).rejects.toMatchObject({
    status: 409,
  })

  await wechat(owner).changeAccount({ ...at, body: { version: 1, state: 'disabled' } })
  expect(await writes(official)).toBe(404)
  expect(() => shop.modules.wechat.accounts.official()).toThrow(/official|公众号/)
  await wechat(owner).changeAccount({ ...at, body: { version: 2, state: 'active' } })
  expect(await writes(official)).toBe(200)

  await wechat(owner).removeAccount(at)
  expect(await writes(official)).toBe(404)
  const row = await shop.db.selectFrom('wechat_account').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ state: 'removed', aesKeySealed: null, templatesJson: '{}' })
  // A new process, with the same environment: it does not come back.
  const later = createModules(shop.kernel)
  for (const module of later.all) await module.start?.()
  for (const module of later.all) module.stop?.()
  expect(later.wechat.accounts.byId(official.appId)).toBeNull()
  expect((await wechat(owner).accounts()).items.map(one => one.kind)).toEqual(['miniprogram'])
  const back = await wechat(owner).addAccount({ body: { ...second, appId: official.appId } })
  expect(await writes(entered(official.appId, back.console))).toBe(200)
})

test('of several official accounts the chosen one is the default, and there is only one', async () => {
  await opens()
  const owner = await shop.as('owner')
  await wechat(owner).addAccount({ body: second })
  const third = { ...second, appId: 'wx00000000000000bb', name: '城东店服务号' }
  await wechat(owner).addAccount({ body: third })
  const choose = (appId: string, version: number) =>
    wechat(owner).changeAccount({ params: { appId }, body: { version, isDefault: true } })
  expect(shop.modules.wechat.accounts.official().appId).toBe(official.appId)
  await choose(second.appId, 1)
  expect(shop.modules.wechat.accounts.official().appId).toBe(second.appId)
  await choose(third.appId, 1)
  expect(shop.modules.wechat.accounts.official().appId).toBe(third.appId)
  expect(shop.modules.wechat.accounts.all.find(one => one.kind === 'official')?.appId).toBe(third.appId)
  const { items } = await wechat(owner).accounts()
  expect(items.filter(one => one.isDefault).map(one => one.appId)).toEqual([
    third.appId,
    shop.modules.wechat.accounts.mini().appId,
  ])
})

test.each([
  ['of the database', second.appId, 1],
  ['of the environment', official.appId, 0],
])('two who change an account at once do not overwrite each other: one %s', async (_, appId, version) => {
  await opens()
  const owner = await shop.as('owner')
  await wechat(owner).addAccount({ body: second })
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, (_unused, i) =>
      wechat(owner).changeAccount({ params: { appId }, body: { version, name: `名字${i}` } }),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []))
  for (const reason of refused) expect(reason).toMatchObject({ status: 409 })
})

test('two who change an account at once: the row that only one can make is a conflict for the other, not an error', async () => {
  await opens()
  const owner = await shop.as('owner')
  await wechat(owner).addAccount({ body: second })
  await wechat(owner).changeAccount({ params: { appId: second.appId }, body: { version: 1, isDefault: true } })
  const waiting = async (): Promise<number> => {
    const { rows } = await sql<{ count: unknown }>`
      select count(*) as count from information_schema.processlist
      where db = database() and info like 'update %wechat_account%'`.execute(shop.db)
    return Number(rows[0]?.count ?? 0)
  }
  // Both have seen that the environment's account has no row yet, and stand before the row of the present default.
  const both = await shop.db.transaction().execute(async tx => {
    await lockAccount(tx, second.appId)
    const changes = Array.from({ length: 2 }, (_, i) =>
      wechat(owner).changeAccount({
        params: { appId: official.appId },
        body: { version: 0, name: `名字${i}`, isDefault: true },
      }),
    )
    const ended = Promise.allSettled(changes)
    await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
    return { ended }
  })
  const results = await both.ended
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { status: 409 } })
})

test('only who may connect accounts may; every change is in the audit log', async () => {
  await opens()
  const owner = await shop.as('owner')
  const marketer = await shop.as('marketer')
  expect((await wechat(marketer).accounts()).items).toHaveLength(2)
  await expect(wechat(marketer).addAccount({ body: second })).rejects.toMatchObject({ status: 403 })
  await expect(wechat(await shop.as('cashier')).accounts()).rejects.toMatchObject({ status: 403 })
  const at = { params: { appId: second.appId } }
  await wechat(owner).addAccount({ body: second })
  await wechat(owner).changeAccount({ ...at, body: { version: 1, secret: 'fedcba9876543210' } })
  await wechat(owner).renewKeys({ ...at, body: { version: 2 } })
  await wechat(owner).removeAccount(at)
  const acts = await shop.db.selectFrom('audit_entry').select(['action', 'subjectId']).orderBy('id').execute()
  expect(acts.filter(one => one.subjectId === second.appId).map(one => one.action)).toEqual([
    'wechat.addAccount',
    'wechat.changeAccount',
    'wechat.renewKeys',
    'wechat.removeAccount',
  ])
})

test('an account whose vault key is gone takes nobody with it', async () => {
  await opens()
  await wechat(await shop.as('owner')).addAccount({ body: second })
  await shop.db.updateTable('wechat_account').set({ secretSealed: 'v9.a.b.c', version: 2 }).execute()
  await expect.poll(() => shop.modules.wechat.accounts.byId(second.appId), { timeout: 5_000 }).toBeNull()
  expect(await writes(official)).toBe(200)
})

test('the database wins over the environment, whatever the state of its row', () => {
  const [environment] = serverAccounts('http://x', [officialAccount])
  if (environment === undefined) throw new Error('no account')
  const row: Settings = {
    ...environment,
    name: '',
    state: 'active',
    isDefault: false,
    source: 'staff',
    keyChangedAt: null,
    version: 3,
  }
  expect(inForce([environment], [])).toMatchObject([{ source: 'environment', isDefault: true }])
  expect(inForce([environment], [row])).toMatchObject([{ source: 'staff', isDefault: true }])
  expect(inForce([environment], [{ ...row, state: 'removed' }])).toMatchObject([{ state: 'removed', isDefault: false }])
  const other = { ...row, appId: 'wx-other', isDefault: true }
  expect(inForce([environment], [other]).map(one => [one.appId, one.isDefault])).toEqual([
    ['wx-other', true],
    [environment.appId, false],
  ])
})
