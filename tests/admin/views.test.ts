import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import DataList from '../../admin-web/src/ui/DataList.vue'
import { type List, type ListPage, type ListQuery, useList } from '../../admin-web/src/ui/useList.ts'
import { MOST_PICKED } from '../../admin-web/src/ui/useSelection.ts'
import { settled, stage } from './stage.ts'

interface Shop {
  code: string
  name: string
}
const shops: Shop[] = Array.from({ length: 300 }, (_, at) => ({ code: `S${at}`, name: `门店 ${at}` }))
const shown: VueWrapper[] = []
let list: List<Shop>
let letGo: () => boolean
let picked: readonly Shop[] = []
/** What the server keeps, and what it was asked. */
let kept: { viewId: string; name: string; settings: object; shared: boolean; own: boolean; ownerName: string }[] = []
let asked: { method: string; url: string; body: unknown }[] = []

beforeEach(() => {
  kept = []
  asked = []
  picked = []
  localStorage.clear()
  vi.stubGlobal('fetch', (url: string, init: { method: string; body: string | null }) => {
    const body: unknown = init.body === null ? undefined : JSON.parse(init.body)
    asked.push({ method: init.method, url, body })
    if (init.method === 'GET') return Promise.resolve(Response.json({ items: kept }))
    const given = body as { name: string; settings: object }
    const view = { viewId: `V${kept.length}`, shared: false, own: true, ownerName: '我', ...given }
    if (init.method === 'POST') kept.push(view)
    if (init.method === 'PATCH') kept = kept.map(one => ({ ...one, ...given }))
    return Promise.resolve(Response.json(view))
  })
})
afterEach(() => {
  for (const wrapper of shown.splice(0)) wrapper.unmount()
  vi.unstubAllGlobals()
})

const load = ({ cursor, limit, q }: ListQuery): Promise<ListPage<Shop>> => {
  const found = shops.filter(shop => q === undefined || shop.name.includes(q))
  const from = Number(cursor ?? 0)
  return Promise.resolve({ items: found.slice(from, from + limit), next: String(from + limit), total: found.length })
}

async function place(options: { private?: boolean; at?: string } = {}): Promise<VueWrapper> {
  const page = defineComponent({
    setup() {
      list = useList<Shop>(load, { limit: 50, sort: '-name', filters: { state: '', kind: '' } })
      if (options.at !== undefined) list.view = options.at
      return () =>
        h(
          DataList as never,
          {
            list,
            name: 'shops',
            columns: [
              { key: 'name', label: '门店', sort: 'name' },
              { key: 'code', label: '编码' },
            ],
            filters: [{ key: 'state', label: '状态', options: [{ value: 'open', label: '营业' }] }],
            rowKey: (row: Shop) => row.code,
            searchHint: '找门店',
            empty: { title: '没有' },
            readyViews: [{ name: '营业中', filters: { state: 'open' } }],
            privateSearch: options.private ?? false,
            opens: true,
          },
          {
            bulk: (slot: { rows: readonly Shop[]; letGo: () => boolean }) => {
              picked = slot.rows
              letGo = slot.letGo
              return h('button', { 'data-bulk': '' }, `发给 ${slot.rows.length} 家`)
            },
          },
        )
    },
  })
  const wrapper = stage(page)
  shown.push(wrapper)
  await flushPromises()
  return wrapper
}
const inPage = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)]
const saying = (selector: string, text: string): HTMLElement => {
  const found = inPage(selector).find(one => one.textContent?.trim().startsWith(text))
  if (found === undefined) throw new Error(`nothing says ${text}`)
  return found
}
async function openMenu(wrapper: VueWrapper): Promise<void> {
  await wrapper.find('[data-views]').trigger('click')
  await settled(50)
  await flushPromises()
}
async function saveAs(name: string): Promise<void> {
  const input = inPage('.menu .fresh input')[0] as HTMLInputElement
  input.value = name
  input.dispatchEvent(new Event('input'))
  await flushPromises()
  inPage('.menu form.fresh')[0]?.dispatchEvent(new Event('submit', { cancelable: true }))
  await flushPromises()
}

describe('saved views of a list', () => {
  it('asks for nothing until somebody opens them, then says how to begin', async () => {
    const wrapper = await place()
    expect(asked).toEqual([])
    await openMenu(wrapper)
    expect(asked.map(one => one.url)).toEqual(['/api/admin/views?list=shops'])
    expect(document.body.textContent).toContain('还没有保存的视图')
  })

  it('keeps filters, search, sort and columns under a name, says when they are changed, and brings them back', async () => {
    const wrapper = await place()
    list.filters['state'] = 'open'
    list.search = '门店 1'
    await openMenu(wrapper)
    await saveAs('营业的')
    expect(asked.find(one => one.method === 'POST')?.body).toEqual({
      list: 'shops',
      name: '营业的',
      settings: { search: '门店 1', sort: '-name', filters: { state: 'open' }, columns: null },
    })
    expect(wrapper.find('[data-views]').text()).toBe('营业的')
    expect(wrapper.text()).not.toContain('已改动')

    list.filters['state'] = ''
    await flushPromises()
    expect(wrapper.text()).toContain('已改动')
    saying('.views button', '还原').click()
    await flushPromises()
    expect([list.filters['state'], list.search]).toEqual(['open', '门店 1'])
    expect(wrapper.text()).not.toContain('已改动')

    list.sort = 'name'
    await flushPromises()
    saying('.views button', '保存修改').click()
    await flushPromises()
    expect(asked.find(one => one.method === 'PATCH')?.body).toMatchObject({ settings: { sort: 'name' } })
    expect(wrapper.text()).not.toContain('已改动')
  })

  it('passes over what an older view knew and the list knows no more', async () => {
    kept = [
      {
        viewId: 'V9',
        name: '很久以前',
        settings: { search: '', sort: '', filters: { state: 'open', gone: 'x' }, columns: ['name', 'gone'] },
        shared: true,
        own: false,
        ownerName: '运营小李',
      },
    ]
    const wrapper = await place()
    await openMenu(wrapper)
    expect(document.body.textContent).toContain('运营小李 共享')
    saying('.menu .open', '很久以前').click()
    await flushPromises()
    expect({ ...list.filters }).toEqual({ state: 'open', kind: '' })
    expect(list.sort).toBe('-name')
    expect(wrapper.findAll('thead th').map(cell => cell.text())).toEqual(['', '门店'])
  })

  it('never keep a search that may name a person', async () => {
    const wrapper = await place({ private: true })
    list.search = '13900001234'
    await openMenu(wrapper)
    expect(document.body.textContent).toContain('不会存进视图')
    await saveAs('谁')
    expect(JSON.stringify(asked)).not.toContain('13900001234')
  })

  it('has what the page brings along, without asking the server for it', async () => {
    const wrapper = await place()
    await openMenu(wrapper)
    saying('.menu .ready', '营业中').click()
    await flushPromises()
    expect({ ...list.filters }).toEqual({ state: 'open', kind: '' })
  })
})

const press = (key: string, shiftKey = false): boolean =>
  window.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey }))
const names = (): string[] => picked.map(row => row.name)

describe('choosing rows', () => {
  it('by the mouse, a stretch with Shift, the page at once; the bar says how many and Esc lets go', async () => {
    const wrapper = await place()
    expect(wrapper.find('[role=toolbar]').exists()).toBe(false)
    const cells = wrapper.findAll('tbody td.pick')
    await cells[1]?.trigger('click')
    await cells[4]?.trigger('click', { shiftKey: true })
    expect(names()).toEqual(['门店 1', '门店 2', '门店 3', '门店 4'])
    expect(wrapper.find('[role=toolbar]').text()).toContain('已选 4 项')
    await cells[2]?.trigger('click')
    expect(names()).toEqual(['门店 1', '门店 3', '门店 4'])
    await wrapper.find('thead .pick input').trigger('change')
    expect(names()).toHaveLength(50)
    press('Escape')
    await flushPromises()
    expect(wrapper.find('[role=toolbar]').exists()).toBe(false)
  })

  it('by x and by Shift with j and k', async () => {
    const wrapper = await place()
    press('j')
    press('x')
    await flushPromises()
    expect(names()).toEqual(['门店 0'])
    press('J', true)
    press('J', true)
    await flushPromises()
    expect(names()).toEqual(['门店 0', '门店 1', '门店 2'])
    expect(wrapper.find('[data-bulk]').text()).toBe('发给 3 家')
  })

  it('is kept while pages are turned, has an end, and is let go when something else is asked', async () => {
    const wrapper = await place()
    for (let page = 0; page < 5; page++) {
      if (page > 0) await list.next()
      await flushPromises()
      await wrapper.find('thead .pick input').trigger('change')
    }
    expect(picked).toHaveLength(MOST_PICKED)
    expect(wrapper.find('[role=toolbar]').text()).toContain('一次最多选 200 项')
    list.filters['state'] = 'open'
    await flushPromises()
    expect(wrapper.find('[role=toolbar]').exists()).toBe(false)
    expect(letGo()).toBe(false)
  })
})
