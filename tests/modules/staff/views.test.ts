import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import { MOST_VIEWS } from '../../../server/modules/staff/contract/views.ts'
import { world, type World } from '../../support/world.ts'

let shop: World
beforeEach(async () => {
  shop = await world()
})
afterEach(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const settings = { search: '', sort: '-enrolledAt', filters: { homeStore: 'S01' }, columns: ['name', 'phone'] }
const names = (page: { items: readonly { name: string }[] }): string[] => page.items.map(view => view.name)

describe('a saved view', () => {
  it('is one’s own: kept, renamed, set anew and deleted by nobody else', async () => {
    const ann = (await shop.as('agent')).call(staffApi)
    const bob = (await shop.as('agent')).call(staffApi)
    const view = await ann.saveView({ body: { list: 'members', name: '城西店', settings } })
    expect(view).toMatchObject({ name: '城西店', settings, own: true, shared: false })
    expect(names(await ann.views({ query: { list: 'members' } }))).toEqual(['城西店'])
    expect(names(await ann.views({ query: { list: 'tickets' } }))).toEqual([])
    expect(names(await bob.views({ query: { list: 'members' } }))).toEqual([])

    const params = { viewId: view.viewId }
    expect(await failure(bob.changeView({ params, body: { name: '我的' } }))).toBe('staff.noView')
    expect(await failure(bob.deleteView({ params }))).toBe('staff.noView')
    const other = { ...settings, filters: { state: 'closed' } }
    expect(await ann.changeView({ params, body: { name: '已注销', settings: other } })).toMatchObject({
      name: '已注销',
      settings: other,
    })
    await ann.deleteView({ params })
    expect(names(await ann.views({ query: { list: 'members' } }))).toEqual([])
    expect(await failure(ann.deleteView({ params }))).toBe('staff.noView')
  })

  it('has a name of its own in its list, and so many of them and no more, also from two windows', async () => {
    const someone = await shop.as('agent')
    const ann = someone.call(staffApi)
    const save = (name: string, list = 'members') => ann.saveView({ body: { list, name, settings } })
    const first = await save('一')
    await save('一', 'tickets')
    expect(await failure(save('一'))).toBe('staff.viewNameTaken')
    await save('二')
    expect(await failure(ann.changeView({ params: { viewId: first.viewId }, body: { name: '二' } }))).toBe(
      'staff.viewNameTaken',
    )
    const { staffId } = someone
    const at = shop.clock.now()
    const kept = Array.from({ length: MOST_VIEWS - 4 }, (_, n) => ({
      id: shop.kernel.newId(),
      staffId,
      list: 'members',
      name: `旧视图 ${n}`,
      settingsJson: JSON.stringify(settings),
      createdAt: at,
      updatedAt: at,
    }))
    await shop.db.insertInto('staff_view').values(kept).execute()
    // Connections are opened before: whoever has one first would else be done before the others begin.
    await Promise.all(Array.from({ length: 20 }, () => ann.views({ query: { list: 'members' } })))
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => failure(save(`视图 ${n}`))))
    expect(many.filter(one => one === 'staff.tooManyViews')).toHaveLength(6)
    expect((await ann.views({ query: { list: 'members' } })).items).toHaveLength(MOST_VIEWS)
  })

  it('holds plain words of a limited size', async () => {
    const ann = (await shop.as('agent')).call(staffApi)
    const save = (given: object) => failure(ann.saveView({ body: { list: 'members', name: '大', settings: given } }))
    expect(await save({ ...settings, filters: { homeStore: 'S'.repeat(200) } })).toBe('common.invalidRequest')
    expect(
      await save({ ...settings, filters: Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`f${n}`, 'x'])) }),
    ).toBe('common.invalidRequest')
    expect(await save({ ...settings, script: 'x' })).toBe('common.invalidRequest')
    expect(await save({ filters: { homeStore: { $ne: 1 } } })).toBe('common.invalidRequest')
  })

  it('is shared by headquarters only, seen by everybody, changed by its owner, and the log says who shared it', async () => {
    const marketer = await shop.as('marketer', { name: '运营小李' })
    const local = (await shop.as('marketer', { stores: ['S01'] })).call(staffApi)
    const guide = (await shop.as('guide', { stores: ['S01'] })).call(staffApi)
    const owner = (await shop.as('owner')).call(staffApi)
    const desk = marketer.call(staffApi)
    const { viewId } = await desk.saveView({ body: { list: 'members', name: '本月新客', settings } })
    const params = { viewId }
    expect(names(await guide.views({ query: { list: 'members' } }))).toEqual([])

    expect(await failure(guide.shareView({ params, body: { shared: true } }))).toBe('common.forbidden')
    expect(await failure(owner.shareView({ params, body: { shared: true } }))).toBe('staff.noView')
    const mine = await local.saveView({ body: { list: 'members', name: '本店', settings } })
    expect(await failure(local.shareView({ params: { viewId: mine.viewId }, body: { shared: true } }))).toBe(
      'staff.shareWholeChain',
    )

    await desk.shareView({ params, body: { shared: true } })
    expect((await guide.views({ query: { list: 'members' } })).items).toMatchObject([
      { name: '本月新客', own: false, shared: true, ownerName: '运营小李', settings },
    ])
    expect(names(await local.views({ query: { list: 'members' } }))).toEqual(['本店', '本月新客'])
    expect(await failure(guide.changeView({ params, body: { name: '我的' } }))).toBe('staff.noView')
    // Who shared it may be away: another of headquarters takes it back.
    await owner.shareView({ params, body: { shared: false } })
    expect(names(await guide.views({ query: { list: 'members' } }))).toEqual([])
    const { items } = await owner.audit({ query: { action: 'staff.shareView' } })
    expect(items.map(row => row.details)).toMatchObject([{ shared: false }, { shared: true, name: '本月新客' }])
  })
})
