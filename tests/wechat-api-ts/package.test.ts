import { execFile, execFileSync, spawn } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { officialAccount } from '../../sandbox/accounts.ts'
import { startSandbox, type Sandbox } from '../../sandbox/index.ts'
import { addPerson } from '../../sandbox/state/world.ts'

const repository = join(import.meta.dirname, '../..')
const modules = join(repository, 'node_modules')
const folder = mkdtempSync(join(tmpdir(), 'wechat-api-ts-'))
const elsewhere = join(folder, 'elsewhere')
const tarballs = join(folder, 'tarballs')
const installed = join(elsewhere, 'node_modules/wechat-api-ts')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// oxlint-disable-next-line node/no-process-env
const npmPath = process.env['npm_execpath']
const npm = (args: string[], cwd: string): string =>
  npmPath !== undefined && /\.[cm]?js$/.test(npmPath)
    ? execFileSync(process.execPath, [npmPath, ...args], { cwd, encoding: 'utf8' })
    : execFileSync('npm', args, { cwd, encoding: 'utf8' })
const node = (args: string[]): string => execFileSync(process.execPath, args, { cwd: elsewhere, encoding: 'utf8' })

/** Packages with everything that they depend on. */
function closure(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue
    found.add(name)
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(
      readFileSync(join(modules, name, 'package.json'), 'utf8'),
    )
    closure(Object.keys(dependencies), found)
  }
  return found
}

beforeAll(() => {
  // A copy is packed: packing rewrites package.json for a moment, and others read the one in the repository.
  const copy = join(folder, 'wechat-api-ts')
  cpSync(join(repository, 'scripts/publish-package.ts'), join(folder, 'scripts/publish-package.ts'))
  cpSync(join(repository, 'wechat-api-ts'), copy, {
    recursive: true,
    filter: source => !/\/(dist|node_modules)$/.test(source),
  })
  symlinkSync(modules, join(folder, 'node_modules'))
  npm(['pack', '--silent', '--offline', '--pack-destination', folder], copy)
  // What it depends on is packed from what is installed here: npm then installs everything as it would from a registry.
  const needed = [...closure(['zod', 'fast-xml-parser'])].map(name => join(modules, name))
  mkdirSync(tarballs)
  npm(['pack', '--silent', '--offline', '--ignore-scripts', '--pack-destination', tarballs, ...needed], folder)
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'package.json'), '{ "type": "module", "private": true }')
  const files = [...globSync(join(folder, '*.tgz')), ...globSync(join(tarballs, '*.tgz'))]
  npm(['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', ...files], elsewhere)
  // Node's own types are the compiler's business, not the package's.
  symlinkSync(join(modules, '@types'), join(elsewhere, 'node_modules/@types'))
}, 600_000)

it('holds JavaScript, types, licence and both readings, and no source', () => {
  const files = globSync('**/*', { cwd: installed, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(installed.length + 1))
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'REFERENCE.md',
      'package.json',
      'dist/index.js',
      'dist/index.d.ts',
    ]),
  )
  expect(files.filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([])
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  expect(Object.keys(manifest.dependencies)).toEqual(['fast-xml-parser', 'zod'])
  expect(manifest).toMatchObject({ license: 'Apache-2.0', type: 'module', engines: { node: expect.any(String) } })
  expect(manifest.exports['./endpoints']).toEqual({
    types: './dist/endpoints/index.d.ts',
    default: './dist/endpoints/index.js',
  })
})

it('leaves package.json as it was', () => {
  const text = (place: string): string => readFileSync(join(place, 'package.json'), 'utf8')
  expect(text(join(folder, 'wechat-api-ts'))).toBe(text(join(repository, 'wechat-api-ts')))
})

it('imports only what it depends on and what Node brings', () => {
  const allowed = new Set(['fast-xml-parser', 'zod', ...builtinModules.map(name => `node:${name}`)])
  for (const file of globSync(join(installed, 'dist/**/*.{js,d.ts}')))
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"]([^.'"][^'"]*)['"]/g))
      expect(allowed, `${file} imports ${name}`).toContain(name)
})

it('runs from plain JavaScript: a push is read and answered, a call is made', () => {
  writeFileSync(
    join(elsewhere, 'use.js'),
    `import { createServer } from 'node:http'
     import { callbackCodec, sign, wechatClient, WechatError } from 'wechat-api-ts'
     import { endpointAt } from 'wechat-api-ts/endpoints'
     const codec = callbackCodec({ appId: 'wx1', token: 't', mode: 'plain' })
     const query = { timestamp: '1', nonce: '2', signature: sign('t', '1', '2') }
     const { message, reply } = codec.read(query, '<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><CreateTime>5</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>3717005636572528642</MsgId></xml>')
     const server = createServer((request, response) => response.end(request.url.startsWith('/cgi-bin/stable_token') ? '{"access_token":"a","expires_in":7200}' : '{"errcode":43004,"errmsg":"require subscribe"}'))
     await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
     const client = wechatClient({ appId: 'wx1', secret: 's', baseUrl: 'http://127.0.0.1:' + server.address().port })
     const error = await client.users.info({ openid: 'o' }).catch(error => error)
     server.close(); server.closeAllConnections()
     console.log(JSON.stringify([message.msgId, reply({ kind: 'image', mediaId: 'm' }, { timestamp: 5 }), error instanceof WechatError, error.reaction, endpointAt('GET', '/cgi-bin/user/info').name]))`,
  )
  expect(JSON.parse(node(['use.js']))).toEqual([
    '3717005636572528642',
    '<xml><ToUserName><![CDATA[o]]></ToUserName><FromUserName><![CDATA[gh]]></FromUserName><CreateTime>5</CreateTime><MsgType><![CDATA[image]]></MsgType><Image><MediaId><![CDATA[m]]></MediaId></Image></xml>',
    true,
    'gone',
    'users.info',
  ])
})

it('is typed: right use compiles, wrong use does not', () => {
  writeFileSync(
    join(elsewhere, 'use.ts'),
    `import { againAt, type Content, type Input, wechatClient, WechatError } from 'wechat-api-ts'
     import { endpoints } from 'wechat-api-ts/endpoints'
     const client = wechatClient({ appId: 'wx1', secret: 's' })
     export const sent: Promise<{ msg_id: string }> = client.mass.byTag({ filter: { is_to_all: true }, msgtype: 'text', text: { content: 'x' } })
     export const menu: Input<typeof endpoints.menus.create> = { button: [{ type: 'click', name: 'a', key: 'k' }] }
     export const when = (error: WechatError): number | null => againAt(error, { now: 0, tries: 1 })
     export const text = (content: Content): string => (content.kind === 'text' ? content.content : '')
     export const picture: Promise<Uint8Array> = client.codes.unlimited({ scene: 'a' }).then(file => file.bytes)
     // @ts-expect-error no such field
     void client.users.info({ opneid: 'o' })
     // @ts-expect-error a tag or all must be told
     void client.mass.byTag({ msgtype: 'text', text: { content: 'x' } })
     // @ts-expect-error an upload needs its file
     void client.media.upload({ type: 'image' })
     void client.tags.list()`,
  )
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2023', '--types', 'node']
  const compile = () => node([tsc, ...flags, '--module', 'nodenext', '--moduleResolution', 'nodenext', 'use.ts'])
  expect(compile).not.toThrow()
}, 600_000)

describe('the examples of its README, as they stand there', () => {
  const run = promisify(execFile)
  let wechat: Sandbox
  const environment = (more: Record<string, string> = {}) => ({
    // oxlint-disable-next-line node/no-process-env
    PATH: process.env['PATH'] ?? '',
    WECHAT_APP_ID: officialAccount.appId,
    WECHAT_SECRET: officialAccount.secret,
    WECHAT_TOKEN: officialAccount.token,
    WECHAT_AES_KEY: officialAccount.aesKey,
    WECHAT_BASE_URL: wechat.url,
    ...more,
  })
  const example = (args: string[]) => run(process.execPath, args, { cwd: elsewhere, env: environment() })
  beforeAll(async () => {
    wechat = await startSandbox()
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    for (const [, code = ''] of readme.matchAll(/```ts\n([\s\S]*?)```/g)) {
      const name = /^\/\/ (\w+\.ts)$/m.exec(code)?.[1]
      if (name === undefined) throw new Error('an example does not say the name of its file')
      writeFileSync(join(elsewhere, name), code)
    }
  })
  afterAll(() => wechat.stop())

  it('calls: a follower is known, a code is made, a message is sent; to a stranger it says why not', async () => {
    const person = addPerson(wechat.world, { name: '王秀英' })
    wechat.actions.follow(person, officialAccount)
    wechat.actions.say(person, officialAccount, '在吗')
    const openid = person.openids[officialAccount.appId] ?? ''
    const { stdout } = await example(['call.ts', openid])
    expect(stdout).toContain(person.unionids[officialAccount.platform] ?? 'no unionid')
    expect(stdout.trim()).toMatch(/sent$/)
    expect(person.entries.at(-1)).toMatchObject({ from: 'account', text: '您的咖啡好了' })
    wechat.actions.unfollow(person, officialAccount)
    await expect(example(['call.ts', openid]).then(({ stdout: said }) => said)).resolves.toMatch(
      /notDone rightLost .+ never again/,
    )
  })

  it('files: a picture goes in and comes back byte for byte', async () => {
    const bytes = Buffer.from('89504e470d0a1a0a', 'hex')
    writeFileSync(join(elsewhere, 'in.png'), bytes)
    await example(['files.ts', 'in.png', 'out.png'])
    expect(readFileSync(join(elsewhere, 'out.png')).equals(bytes)).toBe(true)
  })

  it('receive: WeChat verifies the address, a follower is welcomed, a text is answered', async () => {
    const server = spawn(process.execPath, ['receive.ts'], { cwd: elsewhere, env: environment({ PORT: '38217' }) })
    try {
      const account = wechat.world.accounts.get(officialAccount.appId)
      if (account === undefined) throw new Error('the sandbox has no account')
      const url = 'http://127.0.0.1:38217/'
      await expect
        .poll(
          () =>
            fetch(url).then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 30_000 },
        )
        .toBe(400)
      account.callbackUrl = url
      const person = addPerson(wechat.world, { name: '李梅' })
      wechat.actions.follow(person, officialAccount)
      wechat.actions.say(person, officialAccount, '几点开门')
      const heard = () => person.entries.filter(({ from }) => from === 'account').map(({ text }) => text)
      await expect.poll(heard, { timeout: 10_000 }).toEqual(expect.arrayContaining(['欢迎光临', '收到:几点开门']))
    } finally {
      server.kill()
    }
  })
})
