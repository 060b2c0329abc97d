import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import process from 'node:process'

/**
 * What `npm pack` and `npm publish` run in the folder of a package: before, the sources become JavaScript and types in dist/, and package.json points there;
 * after, package.json is what it was. In the repository it points at the sources, so that nothing needs to be built to be run.
 */
const root = process.cwd()
const manifest = join(root, 'package.json')
const kept = join(root, 'package.json.source')

const build = (): void => {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
  // tsc rewrites the extensions of JavaScript only; in declarations `./x.ts` would be looked for beside them.
  for (const file of globSync(join(root, 'dist/**/*.d.ts'))) {
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/((?:from |import\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'))
  }
}

const inDist = (source: string): { types: string; default: string } => {
  const built = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '')
  return { types: `${built}.d.ts`, default: `${built}.js` }
}

const point = (): void => {
  if (!existsSync(kept)) copyFileSync(manifest, kept)
  const { scripts: _scripts, exports: sources, ...rest } = JSON.parse(readFileSync(kept, 'utf8'))
  const exports = Object.fromEntries(Object.entries<string>(sources).map(([path, source]) => [path, inDist(source)]))
  writeFileSync(manifest, `${JSON.stringify({ ...rest, exports }, null, 2)}\n`)
}

if (process.argv[2] === 'before') {
  build()
  point()
} else if (existsSync(kept)) renameSync(kept, manifest)
