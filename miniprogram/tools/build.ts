import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build as bundle, transform, type BuildOptions, type Plugin } from 'esbuild'
import { checkWxml } from './check-wxml.ts'
import { filesBelow, pagesOf, readApp } from './package-files.ts'
import { validatePackage } from './validate.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Where the sources lie and where the WeChat package is built. */
export const places = {
  source: path.join(root, 'miniprogram/src'),
  package: path.join(root, '.local/build/miniprogram'),
  host: path.join(root, '.local/build/miniprogram-host'),
}

/** What differs from shop to shop: the server's address and the mini-program's AppID. */
export interface BuildSettings {
  apiBase: string
  appId: string
}

/** Settings from the environment; the defaults serve the demo, where the host puts its own address in their place. */
export function settingsFromEnvironment(): BuildSettings {
  return {
    apiBase: process.env['MINIPROGRAM_API_BASE'] ?? 'http://127.0.0.1:3000/api',
    appId: process.env['MINIPROGRAM_APP_ID'] ?? 'touristappid',
  }
}

// What pages share (lib/ and api/) becomes one file, so that its code is in the package once and without a wrapper per
// file; a page's own modules, npm packages and the server's client are bundled into whoever uses them.
const sharedFolders = ['lib', 'api']
const sharedFile = 'shared.js'

function sharedModules(source: string): Plugin {
  const isShared = (file: string) => sharedFolders.some(folder => file.startsWith(path.join(source, folder) + path.sep))
  return {
    name: 'shared-modules',
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, args => {
        const target = path.resolve(args.resolveDir, args.path)
        if (args.kind === 'entry-point' || !isShared(target) || isShared(args.importer) || args.importer === '<stdin>')
          return undefined
        const relative = path.relative(args.resolveDir, path.join(source, sharedFile)).split(path.sep).join('/')
        return { path: relative.startsWith('.') ? relative : `./${relative}`, external: true }
      })
    },
  }
}

/** Compiles the TypeScript sources and copies the rest: the folder that WeChat DevTools uploads. */
export async function buildPackage(settings: BuildSettings, out = places.package): Promise<string> {
  const { source } = places
  const files = filesBelow(source)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const options: BuildOptions = {
    bundle: true,
    format: 'cjs',
    target: 'es2020',
    minify: true,
    charset: 'utf8',
    logLevel: 'warning',
    define: { __API_BASE__: JSON.stringify(settings.apiBase) },
    plugins: [sharedModules(source)],
  }
  const modules = files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  const shared = modules.filter(file => sharedFolders.some(folder => file.startsWith(`${folder}/`)))
  // WeChat runs the script beside each template, and app.js
  const entries = modules.filter(file => file === 'app.ts' || files.includes(file.replace(/ts$/, 'wxml')))
  const scripts = await bundle({
    ...options,
    entryPoints: entries.map(file => path.join(source, file)),
    outdir: out,
    outbase: source,
    write: false,
  })
  for (const { path: target, text } of scripts.outputFiles) {
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, requireOnce(text))
  }
  const everything = shared.map(file => `export * from './${file}'`).join('\n')
  await bundle({
    ...options,
    stdin: { contents: everything, resolveDir: source, loader: 'ts' },
    outfile: path.join(out, sharedFile),
  })
  const pages = new Set(pagesOf(readApp(source)).map(page => `${page}.wxml`))
  for (const file of files.filter(file => /\.(json|wxml|wxss|png)$/.test(file)))
    await copyFile(source, out, file, pages.has(file) ? wearsBrand : '')
  writeFileSync(path.join(out, 'project.config.json'), JSON.stringify(projectConfig(settings.appId), null, 2))
  return out
}

// esbuild writes one require for each import line, though they lead to the same file.
function requireOnce(code: string): string {
  const first = new Map<string, string>()
  return code.replace(/(\w+)=(require\("[^"]+"\))/g, (whole, name: string, call: string) => {
    const known = first.get(call)
    if (known === undefined) first.set(call, name)
    return known === undefined ? whole : `${name}=${known}`
  })
}

// Every page wears the shop's colours (lib/brand.ts); page-meta has to be the first of a page.
const wearsBrand = `<page-meta page-style="{{skin || ''}}" />`

async function copyFile(source: string, out: string, file: string, first: string): Promise<void> {
  const target = path.join(out, file)
  mkdirSync(path.dirname(target), { recursive: true })
  if (file.endsWith('.png')) return cpSync(path.join(source, file), target)
  const text = readFileSync(path.join(source, file), 'utf8')
  if (file.endsWith('.json')) writeFileSync(target, JSON.stringify(JSON.parse(text)))
  // only what stands between two tags on different lines is layout and may go
  else if (file.endsWith('.wxml')) writeFileSync(target, first + text.replace(/>\s*\n\s*</g, '><').trim())
  else {
    const { code } = await transform(text, { loader: 'css', minify: true, charset: 'utf8' })
    writeFileSync(target, code.replaceAll('@import"', '@import "'))
  }
}

function projectConfig(appId: string) {
  return {
    appid: appId,
    projectname: 'zhanggui',
    compileType: 'miniprogram',
    libVersion: '3.8.12',
    // the package is already ES2020 and minified
    setting: { es6: false, enhance: false, minified: false, minifyWXML: true, minifyWXSS: true, urlCheck: true },
  }
}

/** The whole way from sources to a checked package and its browser host. Throws with every problem found. */
export async function buildMiniprogram(
  settings: BuildSettings = settingsFromEnvironment(),
): Promise<{ bytes: number }> {
  const { compileHost } = await import('../host/compile.ts')
  const out = await buildPackage(settings)
  const { problems, bytes } = validatePackage(out)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  await compileHost(out, places.host)
  return { bytes }
}

if (import.meta.main) {
  const problems = process.argv.includes('--check') ? checkWxml(places.source) : []
  for (const problem of problems) console.error(problem)
  const { bytes } = await buildMiniprogram()
  console.log(`mini-program: ${(bytes / 1024).toFixed(1)} KB in ${path.relative(process.cwd(), places.package)}`)
  if (problems.length > 0) process.exitCode = 1
}
