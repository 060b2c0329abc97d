import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { client } from '../../../server/kernel/http/client.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { transport } from '../../support/http.ts'
import { world, type World } from '../../support/world.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

describe('the first owner', () => {
  it('is made once, with a password that must be changed before anything else', async () => {
    const [first, second] = await Promise.all([
      shop.modules.staff.ensureFirstOwner(),
      shop.modules.staff.ensureFirstOwner(),
    ])
    const made = [first, second].filter(one => one !== null)
    expect(made).toHaveLength(1)
    const password = made[0]?.oneTimePassword ?? ''
    const session = { cookie: '', csrf: '' }
    const owner = client<typeof staffApi>(staffApi.operations, transport(shop.url, session))
    expect(await owner.login({ body: { username: 'owner', password } })).toMatchObject({
      role: 'owner',
      mustChange: true,
    })
    await expect(owner.list()).rejects.toMatchObject({ status: 403 })
    const old = session.cookie
    expect(await owner.changePassword({ body: { current: password, next: 'a much better one' } })).toMatchObject({
      mustChange: false,
    })
    expect((await owner.list()).items).toHaveLength(1)
    // The session from before the change has ended.
    session.cookie = old
    await expect(owner.me()).rejects.toMatchObject({ code: 'common.unauthenticated' })
  })
})

describe('logging in', () => {
  it('says the same of a wrong name and a wrong password, and locks after five', async () => {
    const door = shop.call(staffApi)
    const someone = await shop.as('agent')
    const attempt = (username: string): Promise<unknown> =>
      door.login({ body: { username, password: 'wrong password' } })
    await expect(attempt('nobody')).rejects.toMatchObject({ code: 'staff.wrongPassword' })
    for (let i = 0; i < 5; i++)
      await expect(attempt(someone.staffId)).rejects.toMatchObject({ code: 'staff.wrongPassword' })
    await expect(attempt(someone.staffId)).rejects.toMatchObject({ status: 429, code: 'staff.locked' })
  })

  it('refuses a form from another site', async () => {
    const reply = await fetch(`${shop.url}/api/admin/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'a', password: 'b' }),
    })
    expect([reply.status, reply.headers.get('set-cookie')]).toEqual([400, null])
    const cross = await fetch(`${shop.url}/api/admin/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
      body: '{"username":"a","password":"b"}',
    })
    expect(cross.status).toBe(403)
  })

  it('needs the CSRF token for every change', async () => {
    const owner = await shop.as('owner')
    owner.session.csrf = 'forged'
    await expect(
      owner
        .call(staffApi)
        .create({ body: { username: 'x1', name: 'X', role: 'agent', stores: { all: true, codes: [] } } }),
    ).rejects.toMatchObject({ code: 'common.badCsrf' })
  })
})

describe('people', () => {
  it('are added with a one-time password, changed, and disabled at once', async () => {
    const owner = (await shop.as('owner')).call(staffApi)
    const { staff, oneTimePassword } = await owner.create({
      body: { username: 'li.lei', name: '李雷', role: 'storeManager', stores: { all: false, codes: ['S01'] } },
    })
    expect(staff).toMatchObject({ role: 'storeManager', mustChange: true, stores: { all: false, codes: ['S01'] } })
    await expect(
      owner.create({ body: { username: 'li.lei', name: '另一个', role: 'agent', stores: { all: true, codes: [] } } }),
    ).rejects.toMatchObject({ code: 'staff.usernameTaken' })
    const door = shop.call(staffApi)
    await door.login({ body: { username: 'li.lei', password: oneTimePassword } })
    await owner.update({ params: { staffId: staff.id }, body: { state: 'disabled' } })
    await expect(door.me()).rejects.toMatchObject({ code: 'common.unauthenticated' })
    await expect(door.login({ body: { username: 'li.lei', password: oneTimePassword } })).rejects.toMatchObject({
      code: 'staff.wrongPassword',
    })
    const log = await owner.audit({ query: { subjectId: staff.id } })
    expect(log.items.map(entry => entry.action)).toEqual(['staff.update', 'staff.create'])
  })

  it('keeps one owner, also when two retire each other at the same time', async () => {
    const fresh = await world()
    try {
      const [a, b] = [await fresh.as('owner'), await fresh.as('owner')]
      const retire = (by: typeof a, whom: typeof a): Promise<unknown> =>
        by.call(staffApi).update({ params: { staffId: whom.staffId }, body: { state: 'disabled' } })
      const results = await Promise.allSettled([retire(a, b), retire(b, a)])
      expect(results.filter(result => result.status === 'fulfilled').length).toBeLessThanOrEqual(1)
      const left = await fresh.db
        .selectFrom('staff')
        .select('id')
        .where('role', '=', 'owner')
        .where('state', '=', 'active')
        .execute()
      expect(left.length).toBeGreaterThanOrEqual(1)
    } finally {
      await fresh.close()
    }
  })

  it('are seen only by those who share a store, and only with the permission', async () => {
    const fresh = await world()
    try {
      await fresh.as('cashier', { stores: ['S01'], name: '一店' })
      await fresh.as('cashier', { stores: ['S02'], name: '二店' })
      const manager = await fresh.as('storeManager', { stores: ['S01'], name: '店长' })
      const names = (await manager.call(staffApi).list()).items.map(row => row.name)
      expect(names.toSorted()).toEqual(['一店', '店长'].toSorted())
      const cashier = await fresh.as('cashier', { stores: ['S01'] })
      await expect(cashier.call(staffApi).list()).rejects.toMatchObject({ status: 403, code: 'common.forbidden' })
    } finally {
      await fresh.close()
    }
  })
})
