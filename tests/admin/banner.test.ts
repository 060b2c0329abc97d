import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import BannerForm from '../../admin-web/src/modules/brand/BannerForm.vue'
import { BANNER_PAGES } from '../../server/modules/brand/contract.ts'
import { stage } from './stage.ts'

const setting = {
  isOn: false,
  pictureId: null,
  text: { zh: '', en: '' },
  leadsTo: 'none',
  from: null,
  until: null,
  state: 'off',
}
let saved: unknown[] = []
let wrapper: VueWrapper

beforeEach(() => {
  saved = []
  vi.stubGlobal('fetch', (url: string, init: { method: string; body: string | null }) => {
    if (url.endsWith('/brand/pictures')) return Promise.resolve(Response.json({ pictureId: 'P1' }))
    if (init.method !== 'PUT') return Promise.resolve(Response.json(setting))
    const body = JSON.parse(init.body ?? 'null') as object
    saved.push(body)
    return Promise.resolve(Response.json({ ...body, state: 'shown' }))
  })
})
afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

async function opened(): Promise<void> {
  wrapper = stage(BannerForm)
  await flushPromises()
}
const button = () => wrapper.get<HTMLButtonElement>('[data-save-banner]')
const write = (label: string, text: string) =>
  wrapper
    .findAll('.field')
    .find(field => field.find('.label').text() === label)
    ?.get('input')
    .setValue(text)

it('is saved as a whole once it has a line, and then says that shoppers see it', async () => {
  await opened()
  expect(wrapper.text()).toContain('已关闭')
  expect(button().element.disabled).toBe(true)
  await wrapper.get('.el-switch input').setValue(true)
  expect(button().element.disabled, 'without a line').toBe(true)
  await write('文字', '周末蔬菜第二件半价')
  expect(wrapper.get('.phone').text()).toContain('周末蔬菜第二件半价')
  await button().trigger('click')
  await flushPromises()
  expect(saved).toEqual([
    {
      isOn: true,
      pictureId: null,
      text: { zh: '周末蔬菜第二件半价', en: '' },
      leadsTo: 'none',
      from: null,
      until: null,
    },
  ])
  expect(wrapper.text()).toContain('顾客可见')
  expect(button().element.disabled, 'nothing is left to save').toBe(true)
})

it('refuses days that end before they begin, at their field', async () => {
  Object.assign(setting, { from: '2026-11-24', until: '2026-11-23', text: { zh: '会员日', en: '' } })
  await opened()
  Object.assign(setting, { from: null, until: null, text: { zh: '', en: '' } })
  await write('文字', '会员日双倍积分')
  expect(wrapper.get('[role=alert]').text()).toBe('结束日期不能早于开始日期')
  expect(button().element.disabled).toBe(true)
})

it('says so when a file is no picture, and keeps what it had', async () => {
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no picture')))
  await opened()
  const input = wrapper.get<HTMLInputElement>('input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [new File(['x'], '海报.pdf')] })
  await input.trigger('change')
  await flushPromises()
  expect(wrapper.text()).toContain('海报.pdf 不是能打开的图片')
  expect(wrapper.find('.picture img').exists()).toBe(false)
})

it('offers every page that the server lets a banner lead to', async () => {
  await opened()
  const offered = wrapper.findAllComponents({ name: 'ElOption' }).map(one => one.props('value') as string)
  expect(offered).toEqual([...BANNER_PAGES])
})
