import { cpSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPackage, places, settingsFromEnvironment } from '../../miniprogram/tools/build.ts'
import { checkWxml } from '../../miniprogram/tools/check-wxml.ts'
import { landingPages } from '../../admin-web/src/modules/campaigns/landing.ts'
import { filesBelow, pagesOf, readApp } from '../../miniprogram/tools/package-files.ts'
import { packageLimit, validatePackage } from '../../miniprogram/tools/validate.ts'

let built: string
const temporary: string[] = []
const emptyFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'zg-package-'))
  temporary.push(folder)
  return folder
}
const copyOf = (folder: string) => {
  const copy = emptyFolder()
  cpSync(folder, copy, { recursive: true })
  return copy
}

beforeAll(async () => {
  built = await buildPackage(settingsFromEnvironment(), emptyFolder())
})
afterAll(() => temporary.forEach(folder => rmSync(folder, { recursive: true, force: true })))

test('the package is complete and stays under 120 KB', () => {
  const { problems, bytes } = validatePackage(built)
  expect(problems).toEqual([])
  expect(bytes).toBeLessThanOrEqual(packageLimit)
})

test('no validation library and no address but the shop’s is in it', () => {
  const scripts = filesBelow(built).filter(file => file.endsWith('.js')).map(file => readFileSync(path.join(built, file), 'utf8')) // prettier-ignore
  const all = scripts.join('\n')
  expect(all).not.toMatch(/ZodType|safeParse/)
  const addresses = new Set(all.match(/https?:\/\/[\w.:-]+/g))
  addresses.delete('http://www.w3.org')
  expect([...addresses]).toEqual([new URL(settingsFromEnvironment().apiBase).origin])
})

test('every page that a campaign’s message may lead to is in it', () => {
  const pages = pagesOf(readApp(built))
  for (const page of Object.values(landingPages)) expect(pages).toContain(page)
})

test('a missing page, an unknown component and a lost tab icon are found', () => {
  const broken = copyOf(built)
  rmSync(path.join(broken, 'pages/me/me.js'))
  rmSync(path.join(broken, 'images/tab-me.png'))
  rmSync(path.join(broken, 'images/tab-me-on-dark.png'))
  writeFileSync(path.join(broken, 'pages/help/help.json'), '{"usingComponents":{"ghost":"/components/ghost/ghost"}}')
  expect(validatePackage(broken).problems).toEqual([
    'page file pages/me/me.js is missing',
    'pages/help/help.json: component "ghost" does not exist at /components/ghost/ghost',
    'tab icon images/tab-me.png is missing',
    'tab icon images/tab-me-on-dark.png is missing',
  ])
  writeFileSync(path.join(broken, 'ballast.png'), Buffer.alloc(packageLimit))
  expect(validatePackage(broken).problems.at(-1)).toMatch(/the limit is 122880/)
})

test('every expression in every template fits the data beside it', { timeout: 120_000 }, () => {
  expect(checkWxml(places.source)).toEqual([])
})

test('a word misspelt in a template is found with its place', { timeout: 120_000 }, () => {
  const misspelt = (template: string) => template.replace('{{active}}', '{{activ}}')
  const problems = checkWxml(places.source, { 'packages/shopping/points/points.wxml': misspelt })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(/^packages\/shopping\/points\/points\.wxml:\d+:\d+ TS2551 .*'activ'/)
})
