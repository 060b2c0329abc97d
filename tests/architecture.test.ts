import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { createRequire } from 'node:module'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const folders = [
  'server',
  'jobs',
  'sandbox',
  'scripts',
  'till-client',
  'wechat-api-ts',
  'admin-web/src',
  'miniprogram',
  'bench',
  'prisma',
]

/** Every source file of the house, as paths from its top. */
function sources(): string[] {
  return folders.flatMap(folder => {
    const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    return files
      .filter(file => /\.(ts|vue)$/.test(file) && !file.endsWith('.d.ts') && !file.includes('node_modules'))
      .map(file => path.join(folder, file))
      .filter(file => statSync(path.join(root, file)).isFile())
  })
}

describe('the walls of the house', () => {
  let graph: ICruiseResult

  beforeAll(async () => {
    const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs')
    const { output } = await cruise(
      folders,
      { ...config.options, baseDir: root, validate: true, ruleSet: { forbidden: config.forbidden } },
      {},
      { tsConfig: extractTsConfig(path.join(root, 'tsconfig.json')) },
    )
    if (typeof output === 'string') throw new Error('expected the graph')
    graph = output
  })

  it('stand: nobody calls upward, past a front door, in a circle, or out of the house', () => {
    expect(graph.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([])
  })

  it('are seen whole: every source file is in the graph, and the edges that tell that types and .vue are read', () => {
    const seen = new Set(graph.modules.map(module => module.source))
    expect(sources().filter(file => !seen.has(file))).toEqual([])
    expect(seen.size).toBeGreaterThan(400)
    const edges = new Set(
      graph.modules.flatMap(({ source, dependencies }) =>
        dependencies.map(({ resolved }) => `${source} → ${resolved}`),
      ),
    )
    expect(edges).toContain('server/modules.ts → server/modules/staff/index.ts')
    expect(edges).toContain('admin-web/src/app/router.ts → admin-web/src/modules/members/MemberList.vue')
    expect(
      [...edges].filter(edge => /^admin-web\/src\/.*\.vue → admin-web\/src\/ui\//.test(edge)).length,
    ).toBeGreaterThan(10)
    expect(
      [...edges].filter(edge => /^admin-web\/.* → server\/modules\/\w+\/contract/.test(edge)).length,
    ).toBeGreaterThan(5)
  })
})

describe('names', () => {
  it('are the same seven in every module', () => {
    const allowed = ['index', 'contract', 'routes', 'service', 'repository', 'events', 'jobs']
    const modules = path.join(root, 'server/modules')
    const strange = readdirSync(modules).flatMap(module =>
      readdirSync(path.join(modules, module))
        .filter(name => !allowed.includes(name.replace(/\.ts$/, '')))
        .map(name => `${module}/${name}`),
    )
    expect(strange).toEqual([])
  })

  it('never hide what is inside: no utils, helpers, common or manager', () => {
    expect(sources().filter(file => /(^|[/-])(utils?|helpers?|common|managers?)([./-]|$)/i.test(file))).toEqual([])
  })

  it('of the sandbox do not occur in the product: only its addresses differ', () => {
    const knowing = sources()
      .filter(file => /^(server|jobs)\//.test(file))
      .filter(file =>
        /sandbox/i.test(readFileSync(path.join(root, file), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')),
      )
    expect(knowing).toEqual([])
  })
})

describe('a file', () => {
  it('has one reason to change: none is longer than 400 lines', () => {
    const long = sources()
      .map(file => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split(/\n\s*/).filter(Boolean).length }))
      .filter(({ file, lines }) => lines > 400 && !/db\/tables\.ts$|api\/operations\.ts$/.test(file))
    expect(long).toEqual([])
  })
})
