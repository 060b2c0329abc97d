import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Component, defineComponent, h } from 'vue'
import { useSession } from '../../admin-web/src/app/session.ts'
import ComplaintMark from '../../admin-web/src/modules/tickets/ComplaintMark.vue'
import OpenTicket from '../../admin-web/src/modules/tickets/OpenTicket.vue'
import { stage } from './stage.ts'

const memberId = 'M'.repeat(26)
const shown: VueWrapper[] = []
/** What the server was asked, and which tickets it has. */
let asked: { method: string; url: string; body: unknown }[] = []
let complaints: { id: string; state: string; subject: string }[] = []

beforeEach(() => {
  asked = []
  complaints = []
  vi.stubGlobal('fetch', (url: string, init: { method: string; body: string | null }) => {
    asked.push({ method: init.method, url, body: init.body === null ? undefined : JSON.parse(init.body) })
    if (init.method === 'POST') return Promise.resolve(Response.json({ id: 'T'.repeat(26) }))
    const stores = ['S01', 'S02'].map(code => ({ code, name: `店 ${code}` }))
    return Promise.resolve(Response.json({ items: url.includes('/tickets') ? complaints : stores, next: null }))
  })
})
afterEach(() => {
  for (const wrapper of shown.splice(0)) wrapper.unmount()
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

/** Shows a part to somebody who holds these permissions. */
async function show(part: Component, props: object, permissions: string[]): Promise<VueWrapper> {
  const somebody = defineComponent({
    setup() {
      const me = { staffId: 'A', username: 'a', name: '小陈', role: 'agent', stores: null }
      useSession().take({ ...me, permissions, mustChange: false, csrfToken: '' } as never)
      return () => h(part, props)
    },
  })
  const wrapper = stage(somebody)
  shown.push(wrapper)
  await flushPromises()
  return wrapper
}

it('a complaint that is not closed stands beside the name and leads to the ticket', async () => {
  complaints = [
    { id: 'C', state: 'closed', subject: '收银员态度' },
    { id: 'O', state: 'answered', subject: '退货跑了三趟' },
  ]
  const mark = await show(ComplaintMark, { memberId }, ['tickets.read'])
  expect(mark.get('a').attributes('href')).toBe('/tickets/O')
  expect(mark.text()).toBe('投诉中')
  expect(asked[0]?.url).toContain(`memberId=${memberId}&kind=complaint`)
})

it('there is no mark where all is settled, and nobody asks who may not read tickets', async () => {
  complaints = [{ id: 'C', state: 'closed', subject: '收银员态度' }]
  expect((await show(ComplaintMark, { memberId }, ['tickets.read'])).find('a').exists()).toBe(false)
  asked = []
  expect((await show(ComplaintMark, { memberId }, ['members.read'])).find('a').exists()).toBe(false)
  expect(asked).toEqual([])
})

it('what the member says is written down once, for the home store unless another is chosen', async () => {
  const done = vi.fn()
  const open = vi.fn()
  await show(OpenTicket, { open: true, memberId, onDone: done, 'onUpdate:open': open }, ['tickets.write'])
  const button = document.querySelector<HTMLButtonElement>('[data-act]')
  const text = document.querySelector('textarea')
  if (button === null || text === null) throw new Error('the form is not there')
  expect(document.body.textContent).toContain('责任门店')
  expect(button.disabled).toBe(true)
  text.value = ' 鸡蛋破了三个 '
  text.dispatchEvent(new Event('input'))
  await flushPromises()
  button.click()
  button.click()
  await flushPromises()
  const sent = asked.filter(({ method }) => method === 'POST')
  expect(sent).toMatchObject([
    {
      url: `/api/admin/members/${memberId}/tickets`,
      body: { kind: 'other', text: '鸡蛋破了三个', storeCode: null },
    },
  ])
  expect(done.mock.calls).toEqual([['T'.repeat(26)]])
  expect(open.mock.calls).toEqual([[false]])
})
