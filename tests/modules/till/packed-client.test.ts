import { execFile, execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { line, newTill, now, today } from './tills.ts'

const repository = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'till-client-'))
const elsewhere = join(folder, 'elsewhere')
const installed = join(elsewhere, 'node_modules/till-client')
let shop: ShopWithPeople
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await shop.close()
})

// oxlint-disable-next-line node/no-process-env
const npmPath = process.env['npm_execpath']
const npm = (args: string[], cwd: string): string =>
  npmPath !== undefined && /\.[cm]?js$/.test(npmPath)
    ? execFileSync(process.execPath, [npmPath, ...args], { cwd, encoding: 'utf8' })
    : execFileSync('npm', args, { cwd, encoding: 'utf8' })

beforeAll(async () => {
  // A copy is packed: packing rewrites package.json for a moment, and others read the one in the repository.
  const copy = join(folder, 'till-client')
  cpSync(join(repository, 'scripts/publish-package.ts'), join(folder, 'scripts/publish-package.ts'))
  cpSync(join(repository, 'till-client'), copy, {
    recursive: true,
    filter: source => !/\/(dist|node_modules)$/.test(source),
  })
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  npm(['pack', '--silent', '--offline', '--pack-destination', folder], copy)
  mkdirSync(installed, { recursive: true })
  const [tarball = ''] = globSync(join(folder, '*.tgz'))
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module" }')
  shop = await shopWithPeople()
  await stockShelf(shop)
}, 600_000)

test('what a vendor installs is JavaScript with types and a licence, and needs nothing but Node', () => {
  const files = globSync('**/*', { cwd: installed })
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/codes.js']),
  )
  expect(files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  const allowed = new Set(builtinModules.map(name => `node:${name}`))
  for (const file of globSync(join(installed, 'dist/**/*.js')))
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"]([^.'"][^'"]*)['"]/g))
      expect(allowed, `${file} imports ${name}`).toContain(name)
  const text = (place: string): string => readFileSync(join(place, 'package.json'), 'utf8')
  expect(text(join(folder, 'till-client'))).toBe(text(join(repository, 'till-client')))
})

test('a till written in plain JavaScript, with nothing but the packed client, sells and checks a code without a network', async () => {
  const { tillId, key } = await newTill(shop, 'S01', '41')
  const member = await newMember(shop)
  const ahead = shop.clock.now().getTime()
  writeFileSync(
    join(elsewhere, 'till.js'),
    `import { tillClient, TillError } from 'till-client'
     import { readMemberCode } from 'till-client/codes'
     const [baseUrl, tillId, key, memberCode, body] = process.argv.slice(2)
     const till = tillClient({ baseUrl, tillId, key, now: () => new Date(${ahead}) })
     const seen = await till.identify({ body: { code: memberCode } })
     const asked = JSON.parse(body)
     const { payable, points } = await till.quote({ body: { memberCode, lines: asked.lines } })
     const sold = await till.commit({ body: { ...asked, memberCode } })
     const again = await till.commit({ body: { ...asked, key: 'packed-other', memberCode } }).catch(error => error)
     const kit = await till.offlineKit()
     const forged = readMemberCode('96'.padEnd(240, '1'), kit.keys, new Date(${ahead}), kit.toleranceWindows)
     console.log(JSON.stringify({ kind: seen.kind, payable, points, earned: sold.points.earned, refused: again instanceof TillError && again.code, forged: forged.ok }))`,
  )
  const body = { key: 'packed-sale-1', businessDate: today, receiptNo: 'P1', businessAt: now, lines: [line(1, '20')] }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['till.js', shop.url, tillId, key, member.cardNo, JSON.stringify(body)],
    { cwd: elsewhere },
  )
  expect(JSON.parse(stdout)).toEqual({
    kind: 'member',
    payable: 2000,
    points: 20,
    earned: 20,
    refused: 'till.alreadyCommitted',
    forged: false,
  })
}, 120_000)
