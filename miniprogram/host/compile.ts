import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { TmplGroup } from 'glass-easel-template-compiler'
import {
  componentPath,
  filesBelow,
  pagesOf,
  readApp,
  readConfig,
  type AppConfig,
  type ComponentConfig,
} from '../tools/package-files.ts'
import { builtinTemplates } from './builtin-templates.ts'
import { compileStyle, type StyleReach } from './styles.ts'
import { renameTags } from './tags.ts'

/** Turns a built WeChat package into a static site in `out` that runs it in a browser. Throws with every template error. */
export async function compileHost(folder: string, out: string): Promise<void> {
  const files = filesBelow(folder)
  const app = readApp(folder)
  const pages = pagesOf(app)
  const configs = componentConfigs(folder, files, app)
  const scopes = componentScopes(configs, pages)

  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  for (const file of files.filter(file => /\.(png|jpe?g|svg|gif|webp)$/.test(file))) copyAsset(folder, out, file)
  writeFileSync(
    path.join(out, 'package.js'),
    `window.__miniprogram = {
app: ${JSON.stringify(app)},
project: ${JSON.stringify(readConfig(folder, 'project.config.json'))},
theme: ${app.themeLocation === undefined ? '{}' : readFileSync(path.join(folder, app.themeLocation), 'utf8')},
pages: ${JSON.stringify(pages)},
configs: ${JSON.stringify(configs)},
scopes: ${JSON.stringify(scopes)},
styles: ${JSON.stringify(compileStyles(folder, files, pages, scopes))},
templates: ${compileTemplates(folder, files)},
builtinTemplates: ${compileBuiltins()},
modules: {
${compileModules(folder, files).join(',\n')}
} }`,
  )
  await build({
    entryPoints: [path.join(import.meta.dirname, 'runtime/main.ts')],
    bundle: true,
    outfile: path.join(out, 'runtime.js'),
    format: 'iife',
    loader: { '.css': 'text' },
    logLevel: 'warning',
  })
  writeFileSync(path.join(out, 'index.html'), indexPage)
}

const indexPage = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>小程序</title>
<link rel="icon" href="data:,">
</head>
<body><script src="package.js"></script><script src="runtime.js"></script></body>
</html>
`

function copyAsset(folder: string, out: string, file: string): void {
  mkdirSync(path.dirname(path.join(out, file)), { recursive: true })
  cpSync(path.join(folder, file), path.join(out, file))
}

// Component paths are made absolute here and the app's own components given to all, so the runtime need not resolve anything.
function componentConfigs(folder: string, files: string[], app: AppConfig): Record<string, ComponentConfig> {
  const shared = app.usingComponents ?? {}
  const owners = files.filter(
    file => file.endsWith('.json') && existsSync(path.join(folder, file.replace(/json$/, 'wxml'))),
  )
  return Object.fromEntries(
    owners.map(file => {
      const config = readConfig(folder, file)
      const using = Object.entries({ ...shared, ...config.usingComponents })
      const usingComponents = Object.fromEntries(
        using.map(([name, target]) => [name, `/${componentPath(file, target)}`]),
      )
      return [file.slice(0, -'.json'.length), { ...config, usingComponents }]
    }),
  )
}

function componentScopes(configs: Record<string, ComponentConfig>, pages: string[]): Record<string, string> {
  const components = Object.keys(configs).filter(name => configs[name]?.component === true && !pages.includes(name))
  return Object.fromEntries(components.map((name, index) => [name, `c${index}`]))
}

function compileStyles(
  folder: string,
  files: string[],
  pages: string[],
  scopes: Record<string, string>,
): Record<string, string> {
  const sheets = files.filter(file => file.endsWith('.wxss'))
  return Object.fromEntries(
    sheets.map(file => {
      const name = file.slice(0, -'.wxss'.length)
      return [name, compileStyle(folder, file, reachOf(name, pages, scopes))]
    }),
  )
}

function reachOf(name: string, pages: string[], scopes: Record<string, string>): StyleReach {
  const prefix = scopes[name]
  if (prefix !== undefined) return { kind: 'component', prefix }
  return pages.includes(name) ? { kind: 'page', page: name } : { kind: 'app' }
}

interface TemplateProblem {
  path: string
  startLine: number
  message: string
}

function compileTemplates(folder: string, files: string[]): string {
  const group = new TmplGroup()
  const problems = files
    .filter(file => file.endsWith('.wxml'))
    .flatMap(file => {
      const template = renameTags(readFileSync(path.join(folder, file), 'utf8'))
      return group.addTmpl(file.slice(0, -'.wxml'.length), template) as TemplateProblem[]
    })
  if (problems.length > 0) {
    throw new Error(
      problems.map(problem => `${problem.path}.wxml:${problem.startLine + 1} ${problem.message}`).join('\n'),
    )
  }
  return group.getTmplGenObjectGroups()
}

function compileBuiltins(): string {
  const group = new TmplGroup()
  for (const [tag, template] of Object.entries(builtinTemplates)) group.addTmpl(tag, template)
  return group.getTmplGenObjectGroups()
}

function compileModules(folder: string, files: string[]): string[] {
  return files
    .filter(file => file.endsWith('.js'))
    .map(file => {
      const code = readFileSync(path.join(folder, file), 'utf8')
      return `${JSON.stringify(file)}: function (require, module, exports, wx, App, Page, Component, Behavior, getApp, getCurrentPages) {\n${code}\n}`
    })
}
