import { frame, pagesElement } from '../frame.ts'
import { isDark, miniprogram } from '../package.ts'
import { phone } from '../phone.ts'
import { needsPrivacyConsent } from '../privacy.ts'
import { readStored, removeStored, storedKeys, writeStored } from '../storage.ts'
import { fail, report, succeed, type Callbacks } from './callbacks.ts'

type ThemeListener = (change: { theme: 'light' | 'dark' }) => void
type NetworkListener = (change: { isConnected: boolean; networkType: string }) => void

const theme = () => (isDark() ? 'dark' : 'light')
const networkType = () => (navigator.onLine ? 'wifi' : 'none')
const windowInfo = () => ({
  windowWidth: frame.clientWidth,
  windowHeight: pagesElement.clientHeight,
  screenWidth: frame.clientWidth,
  screenHeight: window.innerHeight,
  pixelRatio: window.devicePixelRatio,
  statusBarHeight: 0,
  safeArea: {
    top: 0,
    left: 0,
    right: frame.clientWidth,
    bottom: window.innerHeight,
    width: frame.clientWidth,
    height: window.innerHeight,
  },
})
const start = () => ({ path: miniprogram.pages[0], query: {}, scene: 1001 })

let brightness = 0.6

/** The wx functions that concern the phone itself: screen, storage, theme, network. */
export const device = {
  getWindowInfo: windowInfo,
  getDeviceInfo: () => ({ platform: 'devtools', system: 'browser', model: 'browser', brand: 'browser' }),
  getAppBaseInfo: () => ({
    SDKVersion: '3.8.12',
    version: '8.0.50',
    language: phone.language,
    theme: theme(),
    host: { env: 'WeChat' },
  }),
  getLaunchOptionsSync: start,
  getEnterOptionsSync: start,
  canIUse: () => true,
  nextTick: (run: () => void) => setTimeout(run, 0),

  getStorageSync: readStored,
  setStorageSync: writeStored,
  removeStorageSync: removeStored,
  clearStorageSync: () => storedKeys().forEach(removeStored),
  getStorageInfoSync: () => ({ keys: storedKeys(), currentSize: 0, limitSize: 10_240 }),

  getScreenBrightness: (options?: Callbacks) => succeed(options, 'getScreenBrightness', { value: brightness }),
  setScreenBrightness: (options: Callbacks & { value: number }) => {
    brightness = options.value
    frame.dataset['brightness'] = String(brightness)
    return succeed(options, 'setScreenBrightness')
  },
  // The browser tells nobody of screenshots; whoever plays one sends this event.
  onUserCaptureScreen: (listener: () => void) => window.addEventListener('usercapturescreen', listener),
  setKeepScreenOn: (options?: Callbacks) => succeed(options, 'setKeepScreenOn'),
  vibrateShort: (options?: Callbacks) => succeed(options, 'vibrateShort'),
  setClipboardData: (options: Callbacks & { data: string }) => succeed(options, 'setClipboardData'),
  // A browser has no scanner: what a code would say is typed.
  scanCode: (options?: Callbacks) => {
    const result = window.prompt('扫码 · Scan') ?? ''
    return result === '' ? fail(options, 'scanCode', 'cancel') : succeed(options, 'scanCode', { result })
  },
  getLocation: (options?: Callbacks) =>
    report(options, 'getLocation', async () => {
      if (needsPrivacyConsent()) throw new Error('api scope is not declared in the privacy agreement')
      const { coords } = await new Promise<GeolocationPosition>((resolve, reject) => {
        navigator.geolocation.getCurrentPosition(resolve, () => reject(new Error('auth deny')))
      })
      return { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy }
    }),
  // A browser asks in its own way: what has been refused is changed there.
  openSetting: (options?: Callbacks) => succeed(options, 'openSetting', { authSetting: {} }),
  makePhoneCall: (options?: Callbacks) => succeed(options, 'makePhoneCall'),

  getNetworkType: (options?: Callbacks) => succeed(options, 'getNetworkType', { networkType: networkType() }),
  onNetworkStatusChange: (listener: NetworkListener) => {
    const tell = () => listener({ isConnected: navigator.onLine, networkType: networkType() })
    window.addEventListener('online', tell)
    window.addEventListener('offline', tell)
  },
  onThemeChange: (listener: ThemeListener) =>
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => listener({ theme: theme() })),
}
