import type { AppConfig, ComponentConfig } from '../../tools/package-files.ts'
import type { glassEasel } from 'glass-easel-miniprogram-adapter'

type Template = glassEasel.template.ComponentTemplate

/** One JavaScript file of the package, as a function over what WeChat gives to every file. */
export type ModuleFunction = (
  require: (target: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  ...globals: unknown[]
) => void

/** A compiled mini-program, as `compile.ts` writes it to `package.js`. */
export interface CompiledPackage {
  app: Omit<AppConfig, 'tabBar'> & { window: WindowConfig; tabBar?: TabBarConfig }
  project: { appid: string }
  theme: { light?: Record<string, string>; dark?: Record<string, string> }
  pages: string[]
  configs: Record<string, ComponentConfig & Partial<WindowConfig>>
  scopes: Record<string, string>
  styles: Record<string, string>
  templates: Record<string, Template['content']>
  builtinTemplates: Record<string, Template['content']>
  modules: Record<string, ModuleFunction>
}

/** Look of the navigation bar and page, from `app.json` or a page's own file. */
export interface WindowConfig {
  navigationBarTitleText: string
  navigationBarBackgroundColor: string
  navigationBarTextStyle: string
  navigationStyle: string
  backgroundColor: string
  enablePullDownRefresh: boolean
}

/** The tab bar of `app.json`. */
export interface TabBarConfig {
  color: string
  selectedColor: string
  backgroundColor: string
  borderStyle: string
  list: { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }[]
}

declare global {
  interface Window {
    __miniprogram: CompiledPackage
  }
}

/** The package that this page runs. */
export const miniprogram: CompiledPackage = window.__miniprogram

/** Whether the phone is in dark mode now. */
export function isDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches
}

/** Replaces an `@name` of `app.json` by its value in the theme file for light or dark. */
export function themed(value: string | undefined): string {
  if (!value?.startsWith('@')) return value ?? ''
  return (isDark() ? miniprogram.theme.dark : miniprogram.theme.light)?.[value.slice(1)] ?? ''
}
