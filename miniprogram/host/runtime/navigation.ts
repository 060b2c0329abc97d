import type { glassEasel } from 'glass-easel-miniprogram-adapter'
import { backend, space } from './environment.ts'
import { actions, isTab, pagesElement, showBars } from './frame.ts'
import { load, providePages } from './modules.ts'
import { miniprogram } from './package.ts'
import { watchScrolling } from './scrolling.ts'

type Query = Record<string, string>
type PageObject = Record<string, unknown>

interface OpenPage {
  path: string
  page: PageObject
  component: glassEasel.GeneralComponent
  holder: HTMLElement
  title: string | undefined
  bar: { front: string; background: string } | undefined
  close: () => void
}

/** Why a navigation was refused, as WeChat words it in errMsg. */
export type Refusal = string | undefined

const deepest = 10
const stack: OpenPage[] = []
const openTabs = new Map<string, OpenPage>()

providePages(() => stack.map(each => each.page))
actions.back = () => navigateBack(1)
actions.openTab = page => switchTab(`/${page}`)

function parse(url: string): { path: string; query: Query } {
  const [target = '', search = ''] = url.split('?')
  const current = stack.at(-1)?.path ?? ''
  const path = target.startsWith('/') ? target.slice(1) : new URL(target, `http://package/${current}`).pathname.slice(1)
  return { path, query: queryOf(search) }
}

/** What a page is opened with, as it is written: WeChat decodes nothing, the page has to. */
export function queryOf(search: string): Query {
  const pairs = search.split('&').filter(pair => pair !== '')
  return Object.fromEntries(pairs.map(pair => [pair.split('=')[0] ?? '', pair.split('=').slice(1).join('=')]))
}

function call(open: OpenPage, method: string, ...args: unknown[]): unknown {
  const run = open.page[method]
  return typeof run === 'function' ? run.apply(open.page, args) : undefined
}

function openPage(path: string, query: Query): OpenPage {
  load(`${path}.js`)
  const root = backend.createRoot('wx-page', space, path)
  const page = root.get() as unknown as PageObject
  const mark = document.createElement('div')
  const holder = document.createElement('div')
  holder.append(mark)
  pagesElement.append(holder)
  root.attach(holder as never, mark as never)
  const element = holder.firstElementChild as HTMLElement
  element.classList.add('wx-page')
  element.dataset['page'] = path
  Object.assign(page, { route: path, options: query })
  const close = () => {
    root.release()
    holder.remove()
  }
  const open: OpenPage = { path, page, component: root.getComponent(), holder, title: undefined, bar: undefined, close }
  watchScrolling(element, { path, call: (method, ...args) => call(open, method, ...args) })
  return open
}

function show(open: OpenPage, first: boolean): void {
  open.holder.style.display = ''
  open.component.triggerPageLifetime('show', [])
  call(open, 'onShow')
  if (first) setTimeout(() => call(open, 'onReady'), 0)
  showBars({ path: open.path, title: open.title, depth: stack.length, bar: open.bar })
}

function hide(open: OpenPage): void {
  open.holder.style.display = 'none'
  open.component.triggerPageLifetime('hide', [])
  call(open, 'onHide')
}

function destroy(open: OpenPage | undefined): void {
  if (!open) return
  call(open, 'onUnload')
  open.close()
  if (openTabs.get(open.path) === open) openTabs.delete(open.path)
}

function push(path: string, query: Query): void {
  const open = openPage(path, query)
  if (isTab(path)) openTabs.set(path, open)
  stack.push(open)
  call(open, 'onLoad', query)
  show(open, true)
}

/** wx.navigateTo */
export function navigateTo(url: string): Refusal {
  const { path, query } = parse(url)
  if (!miniprogram.pages.includes(path)) return `page "${path}" is not found`
  if (isTab(path)) return 'can not navigateTo a tabbar page'
  if (stack.length >= deepest) return 'webview count limit exceed'
  const current = stack.at(-1)
  if (current) hide(current)
  push(path, query)
  return undefined
}

/** wx.redirectTo */
export function redirectTo(url: string): Refusal {
  const { path, query } = parse(url)
  if (!miniprogram.pages.includes(path)) return `page "${path}" is not found`
  if (isTab(path)) return 'can not redirectTo a tabbar page'
  destroy(stack.pop())
  push(path, query)
  return undefined
}

/** wx.switchTab: other pages are closed, tabs once opened are kept. */
export function switchTab(url: string): Refusal {
  const { path } = parse(url)
  if (!isTab(path)) return 'can not switch to no-tabBar page'
  const previous = stack.at(-1)
  while (stack.length > 0) {
    const open = stack.pop()
    if (open && !isTab(open.path)) destroy(open)
    else if (open && open.path !== path && open === previous) hide(open)
  }
  const kept = openTabs.get(path)
  if (!kept) {
    push(path, {})
    return undefined
  }
  stack.push(kept)
  if (kept !== previous) show(kept, false)
  return undefined
}

/** wx.reLaunch: closes everything and opens one page. */
export function reLaunch(url: string): Refusal {
  const { path, query } = parse(url)
  if (!miniprogram.pages.includes(path)) return `page "${path}" is not found`
  for (const open of new Set([...stack.splice(0), ...openTabs.values()])) destroy(open)
  push(path, query)
  return undefined
}

/** wx.navigateBack */
export function navigateBack(delta: number): Refusal {
  if (stack.length < 2) return 'cannot navigate back at first page.'
  for (let left = delta; left > 0 && stack.length > 1; left--) destroy(stack.pop())
  const open = stack.at(-1)
  if (open) show(open, false)
  return undefined
}

/** wx.setNavigationBarTitle */
export function setTitle(title: string): void {
  const open = stack.at(-1)
  if (!open) return
  open.title = title
  showBars({ path: open.path, title, depth: stack.length, bar: open.bar })
}

/** wx.setNavigationBarColor, for the page on top. */
export function setBarColour(bar: { front: string; background: string }): void {
  const open = stack.at(-1)
  if (!open) return
  open.bar = bar
  showBars({ path: open.path, title: open.title, depth: stack.length, bar })
}

/** The element of the page on top, for wx.pageScrollTo. */
export function topPageElement(): HTMLElement | null {
  return stack.at(-1)?.holder.querySelector<HTMLElement>('.wx-page') ?? null
}
