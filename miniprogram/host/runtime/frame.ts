import { el, tappable } from './elements.ts'
import { miniprogram, themed, type WindowConfig } from './package.ts'
import { tellPhone } from './phone.ts'
import css from './frame.css'

const capsule = el(
  'div',
  { class: 'mp-capsule' },
  tappable('i', { class: 'mp-more', 'aria-label': '更多' }, () => tellPhone({ type: 'miniprogram.menu' }), '•••'),
  tappable('i', { class: 'mp-close', 'aria-label': '关闭' }, close, '◎'),
)
const back = tappable('span', { class: 'mp-back', role: 'button', 'aria-label': '返回' }, () => actions.back())
const title = el('span', { class: 'mp-title' })
const navigationBar = el('div', { class: 'mp-nav' }, back, title, capsule)
const tabBar = el('div', { class: 'mp-tabs', role: 'tablist' })

/** What the frame asks the navigation to do. */
export const actions = { back: () => {}, openTab: (_page: string) => {} }

/** The element in which pages are shown. */
export const pagesElement = el('div', { class: 'mp-pages' })

/** The whole drawn phone screen below the status bar. */
export const frame = el('div', { class: 'mp-frame' }, navigationBar, pagesElement, tabBar)

// What the package changed on single tabs by wx.setTabBarItem, showTabBarRedDot and setTabBarBadge.
const tabs = (miniprogram.app.tabBar?.list ?? []).map(tab => ({ ...tab, redDot: false, badge: '' }))
let tabBarHidden = false
// What the package changed by wx.setTabBarStyle.
let tabColours: TabColours = {}
interface TabColours {
  color?: string
  selectedColor?: string
  backgroundColor?: string
}
interface Shown {
  path: string
  title: string | undefined
  depth: number
  /** What wx.setNavigationBarColor chose for this page. */
  bar?: { front: string; background: string } | undefined
}
let shown: Shown | undefined

/** Puts the frame into the document. */
export function mountFrame(): void {
  document.head.append(el('style', {}, css))
  document.body.append(frame)
  // Inside a drawn phone the line to swipe up on lies over the lowest edge.
  frame.classList.toggle('mp-framed', window.parent !== window)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawBars)
}

/** Whether a page is one of the tabs. */
export function isTab(page: string): boolean {
  return tabs.some(tab => tab.pagePath === page)
}

/** Draws navigation and tab bar for the page on top. */
export function showBars(page: Shown): void {
  shown = page
  drawBars()
}

/** Changes one tab's words, dot or badge. */
export function changeTab(index: number, change: { text?: string; redDot?: boolean; badge?: string }): void {
  const tab = tabs[index]
  if (tab) Object.assign(tab, change)
  drawBars()
}

/** Changes colours of the whole tab bar; what is not named stays. */
export function paintTabBar(change: TabColours): void {
  tabColours = { ...tabColours, ...change }
  drawBars()
}

/** Hides or shows the tab bar. */
export function hideTabBar(hidden: boolean): void {
  tabBarHidden = hidden
  drawBars()
}

function drawBars(): void {
  if (!shown) return
  const look: Partial<WindowConfig> = { ...miniprogram.app.window, ...miniprogram.configs[shown.path] }
  title.textContent = shown.title ?? look.navigationBarTitleText ?? ''
  document.title = title.textContent
  back.textContent = shown.depth > 1 ? '‹' : ''
  navigationBar.style.background = shown.bar?.background ?? themed(look.navigationBarBackgroundColor)
  navigationBar.style.color = shown.bar?.front ?? (themed(look.navigationBarTextStyle) === 'white' ? '#fff' : '#000')
  // The phone around us draws its status bar to match.
  const { background, color } = navigationBar.style
  tellPhone({ type: 'miniprogram.bar', background, color })
  navigationBar.style.display = look.navigationStyle === 'custom' ? 'none' : ''
  pagesElement.style.background = themed(look.backgroundColor)
  tabBar.style.display = isTab(shown.path) && !tabBarHidden ? '' : 'none'
  tabBar.style.background = tabColours.backgroundColor ?? themed(miniprogram.app.tabBar?.backgroundColor)
  tabBar.replaceChildren(...tabs.map(tab => drawTab(tab, tab.pagePath === shown?.path)))
}

function drawTab(tab: (typeof tabs)[number], selected: boolean): HTMLElement {
  const icon =
    themed(selected ? tab.selectedIconPath : tab.iconPath) || (selected ? tab.selectedIconPath : tab.iconPath)
  const bar = { ...miniprogram.app.tabBar, ...tabColours }
  const dot = tab.badge ? [el('b', { class: 'mp-badge' }, tab.badge)] : tab.redDot ? [el('b', { class: 'mp-dot' })] : []
  return tappable(
    'div',
    {
      class: 'mp-tab',
      role: 'tab',
      'aria-selected': String(selected),
      style: `color:${themed(selected ? bar.selectedColor : bar.color)}`,
    },
    () => actions.openTab(tab.pagePath),
    ...(icon ? [el('img', { src: icon, alt: '' })] : []),
    ...dot,
    tab.text,
  )
}

// The phone around this frame, if any, closes the mini-program.
function close(): void {
  tellPhone({ type: 'miniprogram.close' })
}
