import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { componentPath, filesBelow, pagesOf, readApp, readConfig, readTheme, type AppConfig } from './package-files.ts'

/** The largest main package we allow; WeChat's own limit is 2 MB, ours keeps the first opening quick on a poor line. */
export const packageLimit = 120 * 1024
/** The largest of each further package, which the phone loads when one of its pages is opened. */
export const subPackageLimit = 80 * 1024

/** Checks a built package as WeChat would on upload: pages, components, tab bar and sizes. `bytes` are the main package's. */
export function validatePackage(folder: string): { problems: string[]; bytes: number } {
  const app = readApp(folder)
  const pages = pagesOf(app)
  const files = filesBelow(folder)
  const sizeOf = (inside: string[]): number =>
    inside.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0)
  const roots = (app.subPackages ?? []).map(({ root }) => `${root}/`)
  const bytes = sizeOf(files.filter(file => !roots.some(root => file.startsWith(root))))
  const tooLarge = roots
    .map(root => ({ root, size: sizeOf(files.filter(file => file.startsWith(root))) }))
    .filter(({ size }) => size > subPackageLimit)
  const problems = [
    ...missingPageFiles(folder, pages),
    ...unresolvedComponents(folder, files),
    ...tabBarProblems(folder, app),
    ...(bytes > packageLimit ? [`the main package has ${bytes} bytes, the limit is ${packageLimit}`] : []),
    ...tooLarge.map(({ root, size }) => `the package ${root} has ${size} bytes, the limit is ${subPackageLimit}`),
  ]
  return { problems, bytes }
}

function missingPageFiles(folder: string, pages: string[]): string[] {
  return pages.flatMap(page =>
    ['.js', '.json', '.wxml']
      .filter(end => !existsSync(path.join(folder, page + end)))
      .map(end => `page file ${page}${end} is missing`),
  )
}

function unresolvedComponents(folder: string, files: string[]): string[] {
  return files
    .filter(file => file.endsWith('.json'))
    .flatMap(file => {
      const using = readConfig(folder, file).usingComponents ?? {}
      return Object.entries(using)
        .filter(([, target]) => !isComponent(folder, componentPath(file, target)))
        .map(([name, target]) => `${file}: component "${name}" does not exist at ${target}`)
    })
}

function isComponent(folder: string, name: string): boolean {
  const complete = ['.js', '.json', '.wxml'].every(end => existsSync(path.join(folder, name + end)))
  return complete && readConfig(folder, `${name}.json`).component === true
}

function tabBarProblems(folder: string, app: AppConfig): string[] {
  const tabs = app.tabBar?.list ?? []
  return tabs.flatMap(tab => [
    ...(app.pages.includes(tab.pagePath) ? [] : [`tab page ${tab.pagePath} is not a page of the main package`]),
    ...[tab.iconPath, tab.selectedIconPath]
      .flatMap(icon => (icon?.startsWith('@') ? themedFiles(folder, app, icon) : (icon ?? [])))
      .filter(icon => !existsSync(path.join(folder, icon)))
      .map(icon => `tab icon ${icon} is missing`),
  ])
}

// What `@name` stands for in the light and in the dark; a name that is not there stands for itself, and is missed.
function themedFiles(folder: string, app: AppConfig, name: string): string[] {
  if (app.themeLocation === undefined) return [name]
  const themes = Object.values(readTheme(folder, app.themeLocation))
  return themes.map(theme => theme[name.slice(1)] ?? name)
}
