import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { ApiError } from '../../admin-web/src/api/errors.ts'
import DataList from '../../admin-web/src/ui/DataList.vue'
import { type ListPage, type ListQuery, useList } from '../../admin-web/src/ui/useList.ts'
import { settled, stage } from './stage.ts'

interface Shop {
  code: string
  name: string
  sold: number
}
const shops: Shop[] = Array.from({ length: 7 }, (_, at) => ({ code: `S0${at}`, name: `门店 ${at}`, sold: at * 10 }))

/** A list of shops served three at a time by whatever `load` says. */
function listOf(load: (query: ListQuery) => Promise<ListPage<Shop>>, opened: Shop[] = []): VueWrapper {
  const page = defineComponent({
    setup() {
      const list = useList<Shop>(load, { limit: 3, sort: '-sold', filters: { state: '' } })
      return () =>
        h(DataList as never, {
          list,
          name: 'shops',
          columns: [
            { key: 'name', label: '门店' },
            { key: 'sold', label: '销售', align: 'right', sort: 'sold' },
            { key: 'code', label: '编码', spare: true },
          ],
          filters: [{ key: 'state', label: '状态', options: [{ value: 'open', label: '营业' }] }],
          rowKey: (row: Shop) => row.code,
          searchHint: '找门店',
          empty: { title: '还没有门店', hint: '导入门店文件' },
          opens: true,
          onOpen: (row: Shop) => opened.push(row),
        })
    },
  })
  const wrapper = stage(page)
  shown.push(wrapper)
  return wrapper
}
const shown: VueWrapper[] = []
afterEach(() => {
  for (const wrapper of shown.splice(0)) wrapper.unmount()
})

const paged =
  (asked: ListQuery[]) =>
  (query: ListQuery): Promise<ListPage<Shop>> => {
    asked.push(query)
    const found = shops.filter(shop => query.q === undefined || shop.name.includes(query.q))
    const from = Number(query.cursor ?? 0)
    const next = from + query.limit < found.length ? String(from + query.limit) : null
    return Promise.resolve({ items: found.slice(from, from + query.limit), next, total: found.length })
  }
const press = (key: string): boolean => window.dispatchEvent(new KeyboardEvent('keydown', { key }))

describe('a list', () => {
  it('shows bones while it loads, then its rows and how many there are', async () => {
    const wrapper = listOf(paged([]))
    expect(wrapper.find('[data-state=loading]').exists()).toBe(true)
    await flushPromises()
    expect(wrapper.find('[data-state=loading]').exists()).toBe(false)
    expect(wrapper.findAll('tbody tr')).toHaveLength(3)
    expect(wrapper.text()).toContain('1–3 / 共 7')
    expect(wrapper.findAll('thead th').map(cell => cell.text())).toEqual(['门店', '销售'])
  })

  it('goes forth and back by cursor', async () => {
    const asked: ListQuery[] = []
    const wrapper = listOf(paged(asked))
    await flushPromises()
    const [back, forth] = wrapper.findAll('footer button')
    expect(back?.attributes('disabled')).toBeDefined()
    await forth?.trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('4–6 / 共 7')
    await back?.trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('1–3 / 共 7')
    expect(asked.map(query => query.cursor)).toEqual([undefined, '3', undefined])
  })

  it('searches after a pause, and says so when nothing matches', async () => {
    const asked: ListQuery[] = []
    const wrapper = listOf(paged(asked))
    await flushPromises()
    await wrapper.find('input').setValue('没有这家')
    await settled(300)
    await flushPromises()
    expect(asked.at(-1)?.q).toBe('没有这家')
    expect(wrapper.text()).toContain('没有符合条件的内容')
    await wrapper
      .findAll('button')
      .find(button => button.text() === '清除条件')
      ?.trigger('click')
    await settled(300)
    await flushPromises()
    expect(asked.at(-1)?.q).toBeUndefined()
    expect(wrapper.findAll('tbody tr')).toHaveLength(3)
  })

  it('turns the sort around on a click', async () => {
    const asked: ListQuery[] = []
    const wrapper = listOf(paged(asked))
    await flushPromises()
    expect(wrapper.find('th[aria-sort]').attributes('aria-sort')).toBe('descending')
    await wrapper.find('th button').trigger('click')
    await settled(20)
    await flushPromises()
    expect(asked.at(-1)?.sort).toBe('sold')
    expect(wrapper.find('th[aria-sort]').attributes('aria-sort')).toBe('ascending')
  })

  it('says why it is empty and what to do', async () => {
    const wrapper = listOf(() => Promise.resolve({ items: [], next: null }))
    await flushPromises()
    expect(wrapper.text()).toContain('还没有门店')
    expect(wrapper.text()).toContain('导入门店文件')
  })

  it('says what went wrong, and tries again', async () => {
    let broken = true
    const wrapper = listOf(query =>
      broken
        ? Promise.reject(
            new ApiError({
              code: 'common.databaseDown',
              status: 503,
              zh: '数据库暂时不可用',
              en: 'down',
              requestId: 'R-1',
            }),
          )
        : paged([])(query),
    )
    await flushPromises()
    expect(wrapper.text()).toContain('数据库暂时不可用')
    expect(wrapper.text()).toContain('R-1')
    broken = false
    await wrapper
      .findAll('button')
      .find(button => button.text() === '重试')
      ?.trigger('click')
    await flushPromises()
    expect(wrapper.findAll('tbody tr')).toHaveLength(3)
  })

  it('says which permission is missing and who can grant it', async () => {
    const wrapper = listOf(() =>
      Promise.reject(
        new ApiError({
          code: 'common.forbidden',
          status: 403,
          zh: '',
          en: '',
          details: { permission: 'members.read' },
        }),
      ),
    )
    await flushPromises()
    expect(wrapper.text()).toContain('需要「查看会员」权限')
    expect(wrapper.text()).toContain('店主')
    expect(wrapper.text()).not.toContain('重试')
  })

  it('is walked by j and k, opened by Enter, let go by Esc', async () => {
    const opened: Shop[] = []
    const wrapper = listOf(paged([]), opened)
    await flushPromises()
    press('j')
    press('j')
    press('j')
    press('j')
    press('k')
    await flushPromises()
    expect(wrapper.findAll('tr.at').map(row => row.text())).toEqual(['门店 110'])
    press('Enter')
    expect(opened.map(shop => shop.code)).toEqual(['S01'])
    press('Escape')
    await flushPromises()
    expect(wrapper.find('tr.at').exists()).toBe(false)
  })

  it('does not walk while something is being written', async () => {
    const wrapper = listOf(paged([]))
    await flushPromises()
    wrapper.find('input').element.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }))
    await flushPromises()
    expect(wrapper.find('tr.at').exists()).toBe(false)
  })

  it('never lets an old answer overtake a newer one', async () => {
    const answers: ((page: ListPage<Shop>) => void)[] = []
    const wrapper = listOf(() => new Promise(resolve => answers.push(resolve)))
    await wrapper.find('th button').trigger('click')
    await settled(20)
    answers[1]?.({ items: shops.slice(5, 6), next: null })
    await flushPromises()
    answers[0]?.({ items: shops.slice(0, 1), next: null })
    await flushPromises()
    expect(wrapper.findAll('tbody tr').map(row => row.text())).toEqual(['门店 550'])
  })
})
