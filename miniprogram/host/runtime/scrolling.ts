import { el } from './elements.ts'
import { miniprogram } from './package.ts'

const pullDistance = 60
const bottomDistance = 50

let refreshing: HTMLElement | undefined

/** wx.stopPullDownRefresh: takes the three dots away. */
export function stopPullDown(): void {
  refreshing?.remove()
  refreshing = undefined
}

/** Gives a page its onReachBottom, onPageScroll and, where its config allows it, pull-down refresh. */
export function watchScrolling(
  element: HTMLElement,
  page: { path: string; call: (method: string, ...args: unknown[]) => unknown },
): void {
  let nearBottom = false
  element.addEventListener('scroll', () => {
    const near = element.scrollTop + element.clientHeight >= element.scrollHeight - bottomDistance
    if (near && !nearBottom) page.call('onReachBottom')
    nearBottom = near
    page.call('onPageScroll', { scrollTop: element.scrollTop })
  })
  if (miniprogram.configs[page.path]?.enablePullDownRefresh !== true) return
  let startY: number | null = null
  element.addEventListener('pointerdown', event => {
    startY = element.scrollTop === 0 ? event.clientY : null
  })
  element.addEventListener('pointerup', event => {
    if (startY === null || event.clientY - startY < pullDistance || refreshing) return
    refreshing = el('div', { class: 'mp-refreshing' }, '•••')
    element.prepend(refreshing)
    page.call('onPullDownRefresh')
  })
}
