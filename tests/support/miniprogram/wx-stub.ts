/** The few functions of `wx` that words and formats need, for tests without a phone. `language` is what the phone says. */
export function stubWx(language: 'zh_CN' | 'en' = 'zh_CN'): Map<string, unknown> {
  const storage = new Map<string, unknown>()
  const wx = {
    getAppBaseInfo: () => ({ language, theme: 'light' }),
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => storage.set(key, value),
    removeStorageSync: (key: string) => storage.delete(key),
    setTabBarItem: () => {},
  }
  Object.assign(globalThis, { wx, __API_BASE__: 'http://shop/api' })
  return storage
}
