import { chooseFrom, hideToast, showModal, showToast } from '../dialogs.ts'
import { changeTab, hideTabBar, paintTabBar } from '../frame.ts'
import {
  navigateBack,
  navigateTo,
  reLaunch,
  redirectTo,
  setBarColour,
  setTitle,
  switchTab,
  topPageElement,
  type Refusal,
} from '../navigation.ts'
import { stopPullDown } from '../scrolling.ts'
import { fail, report, succeed, type Callbacks } from './callbacks.ts'

type UrlOptions = Callbacks & { url: string }

function going(name: string, go: (url: string) => Refusal) {
  return (options: UrlOptions) => {
    const refusal = go(options.url)
    return refusal === undefined ? succeed(options, name) : fail(options, name, refusal)
  }
}

function doing<Options extends Callbacks>(name: string, act: (options: Options) => void) {
  return (options?: Options) => {
    act(options ?? ({} as Options))
    return succeed(options, name)
  }
}

/** The wx functions that change what is on the screen. */
export const screen = {
  navigateTo: going('navigateTo', navigateTo),
  redirectTo: going('redirectTo', redirectTo),
  switchTab: going('switchTab', switchTab),
  reLaunch: going('reLaunch', reLaunch),
  navigateBack: (options?: Callbacks & { delta?: number }) => {
    const refusal = navigateBack(options?.delta ?? 1)
    return refusal === undefined ? succeed(options, 'navigateBack') : fail(options, 'navigateBack', refusal)
  },

  showToast: doing<Callbacks & { title: string; duration?: number }>('showToast', ({ title, duration }) =>
    showToast(title, duration ?? 1500),
  ),
  hideToast: doing('hideToast', hideToast),
  showLoading: doing<Callbacks & { title: string }>('showLoading', ({ title }) => showToast(title)),
  hideLoading: doing('hideLoading', hideToast),
  showModal: (options: Callbacks & Parameters<typeof showModal>[0]) =>
    report(options, 'showModal', async () => {
      const confirm = await showModal(options)
      return { confirm, cancel: !confirm }
    }),
  showActionSheet: (options: Callbacks & { itemList: string[] }) =>
    report(options, 'showActionSheet', async () => {
      const tapIndex = await chooseFrom(options.itemList)
      if (tapIndex === null) throw new Error('cancel')
      return { tapIndex }
    }),

  setNavigationBarTitle: doing<Callbacks & { title: string }>('setNavigationBarTitle', ({ title }) => setTitle(title)),
  setNavigationBarColor: doing<Callbacks & { frontColor: string; backgroundColor: string }>(
    'setNavigationBarColor',
    ({ frontColor, backgroundColor }) => setBarColour({ front: frontColor, background: backgroundColor }),
  ),
  setTabBarItem: doing<Callbacks & { index: number; text?: string }>('setTabBarItem', ({ index, text }) =>
    changeTab(index, text === undefined ? {} : { text }),
  ),
  setTabBarStyle: doing<Callbacks & { color?: string; selectedColor?: string; backgroundColor?: string }>(
    'setTabBarStyle',
    ({ color, selectedColor, backgroundColor }) =>
      paintTabBar({
        ...(color === undefined ? {} : { color }),
        ...(selectedColor === undefined ? {} : { selectedColor }),
        ...(backgroundColor === undefined ? {} : { backgroundColor }),
      }),
  ),
  showTabBarRedDot: doing<Callbacks & { index: number }>('showTabBarRedDot', ({ index }) =>
    changeTab(index, { redDot: true }),
  ),
  hideTabBarRedDot: doing<Callbacks & { index: number }>('hideTabBarRedDot', ({ index }) =>
    changeTab(index, { redDot: false }),
  ),
  setTabBarBadge: doing<Callbacks & { index: number; text: string }>('setTabBarBadge', ({ index, text }) =>
    changeTab(index, { badge: text }),
  ),
  removeTabBarBadge: doing<Callbacks & { index: number }>('removeTabBarBadge', ({ index }) =>
    changeTab(index, { badge: '' }),
  ),
  hideTabBar: doing('hideTabBar', () => hideTabBar(true)),
  showTabBar: doing('showTabBar', () => hideTabBar(false)),
  pageScrollTo: doing<Callbacks & { scrollTop?: number }>('pageScrollTo', ({ scrollTop }) =>
    topPageElement()?.scrollTo(0, scrollTop ?? 0),
  ),
  stopPullDownRefresh: doing('stopPullDownRefresh', stopPullDown),
  startPullDownRefresh: doing('startPullDownRefresh', () => {}),
}
