import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What `app.json` says, as far as the tools read it. */
export interface AppConfig {
  pages: string[]
  subPackages?: { root: string; pages: string[] }[]
  tabBar?: { list: { pagePath: string; iconPath?: string; selectedIconPath?: string }[] }
  usingComponents?: Record<string, string>
  themeLocation?: string
}

/** What the `.json` beside a page or component says, as far as the tools read it. */
export interface ComponentConfig {
  component?: boolean
  usingComponents?: Record<string, string>
  [key: string]: unknown
}

/** Every file below a folder, as posix paths relative to it, in a stable order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
}

/** Reads `app.json` of a package. */
export function readApp(folder: string): AppConfig {
  return JSON.parse(readFileSync(path.join(folder, 'app.json'), 'utf8')) as AppConfig
}

/** Reads the JSON beside a page or component. */
export function readConfig(folder: string, file: string): ComponentConfig {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as ComponentConfig
}

/** Reads the theme file of a package: by theme, what each `@name` stands for. */
export function readTheme(folder: string, file: string): Record<string, Record<string, string>> {
  return JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, Record<string, string>>
}

/** All page paths of an app, those of sub-packages included. */
export function pagesOf(app: AppConfig): string[] {
  return [
    ...app.pages,
    ...(app.subPackages ?? []).flatMap(sub => sub.pages.map(page => path.posix.join(sub.root, page))),
  ]
}

/** The package path (without ending) that a `usingComponents` entry of `owner` points to. */
export function componentPath(owner: string, target: string): string {
  return target.startsWith('/') ? target.slice(1) : path.posix.join(path.posix.dirname(owner), target)
}
