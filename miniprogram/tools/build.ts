import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build as bundle, type Plugin } from 'esbuild'
import { checkWxml } from './check-wxml.ts'
import { filesBelow } from './package-files.ts'
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

// Files of the package stay one to one, so that WeChat loads only what a page needs;
// what lies outside (an npm package, the server's client) is bundled into the file that uses it.
function keepFilesApart(source: string): Plugin {
  return {
    name: 'keep-files-apart',
    setup(builder) {
      builder.onResolve({ filter: /^\./ }, args => {
        if (args.kind === 'entry-point') return undefined
        const target = path.resolve(args.resolveDir, args.path)
        if (!target.startsWith(source + path.sep) || !args.importer.startsWith(source + path.sep)) return undefined
        return { path: args.path.replace(/\.ts$/, '.js'), external: true }
      })
    },
  }
}

/** Compiles the TypeScript sources and copies the rest: the folder that WeChat DevTools uploads. */
export async function buildPackage(settings: BuildSettings): Promise<string> {
  const { source, package: out } = places
  const files = filesBelow(source)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await bundle({
    entryPoints: files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts')).map(file => path.join(source, file)),
    outdir: out,
    outbase: source,
    bundle: true,
    format: 'cjs',
    target: 'es2018',
    minify: true,
    charset: 'utf8',
    logLevel: 'warning',
    define: { __API_BASE__: JSON.stringify(settings.apiBase) },
    plugins: [keepFilesApart(source)],
  })
  for (const file of files.filter(file => /\.(json|wxml|wxss|png)$/.test(file))) {
    const target = path.join(out, file)
    mkdirSync(path.dirname(target), { recursive: true })
    if (file.endsWith('.json')) writeFileSync(target, JSON.stringify(JSON.parse(readFileSync(path.join(source, file), 'utf8'))))
    else cpSync(path.join(source, file), target)
  }
  writeFileSync(path.join(out, 'project.config.json'), JSON.stringify(projectConfig(settings.appId), null, 2))
  return out
}

function projectConfig(appId: string) {
  return {
    appid: appId,
    projectname: 'zhanggui',
    compileType: 'miniprogram',
    libVersion: '3.8.12',
    // the package is already ES2018 and minified
    setting: { es6: false, enhance: false, minified: false, minifyWXML: true, minifyWXSS: true, urlCheck: true },
  }
}

/** The whole way from sources to a checked package and its browser host. Throws with every problem found. */
export async function buildMiniprogram(settings: BuildSettings = settingsFromEnvironment()): Promise<{ bytes: number }> {
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
