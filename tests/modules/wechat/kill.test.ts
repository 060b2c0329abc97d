import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../../../scripts/services/ports.ts'
import { client } from '../../../server/kernel/http/client.ts'
import { wechatApi, type Menu } from '../../../server/modules/wechat/contract/index.ts'
import { transport } from '../../support/http.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { testEnvironment, type StaffUser } from '../../support/world.ts'

// Processes killed −9 between an act at WeChat and its record: nothing is done twice, nothing stays without an end.
const root = join(import.meta.dirname, '../../..')
let on: Stage
let owner: StaffUser
let env: Record<string, string>
const children: ChildProcess[] = []

beforeEach(async () => {
  env = testEnvironment()
  on = await stage({ env, settings: { massAfterMs: 20 } })
  env['WECHAT_ACCOUNTS'] = JSON.stringify(on.shop.config.WECHAT_ACCOUNTS)
  owner = await on.shop.as('owner', { name: '店主' })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await on.close()
})

/** A process of its own on the shop's database, which falls at a point as by kill −9. */
function start(file: string, fallAt: string, more: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [join(root, file)], {
    cwd: root,
    env: { ...process.env, ...env, ...more, FAULT_POINTS: fallAt },
    stdio: 'ignore',
  })
  children.push(child)
  return child
}
const fallen = (child: ChildProcess): Promise<void> =>
  expect.poll(() => child.signalCode, { timeout: 30_000 }).toBe('SIGKILL')
/** Runs a job here and now: no worker of this process may take what is meant for the one that falls. */
async function run(name: string): Promise<void> {
  const job = on.shop.modules.jobs.find(one => one.name === name)
  await job?.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
}

test.each(['wechat.afterMassClaim', 'wechat.afterMassBeforeRecord'])(
  'a mass message whose worker falls at %s arrives once with everybody',
  { timeout: 90_000 },
  async point => {
    const people = Array.from({ length: 3 }, () => on.person())
    for (const person of people) on.wechat.actions.follow(person, on.official)
    await on.wechat.pushes.settled()
    await run('wechat.intake')
    // The worker has the real time: what is due must be due by that.
    on.shop.clock.set(new Date(Date.now() - 60_000))
    const { id } = await owner.call(wechatApi).sendMass({
      body: {
        key: `falls-at-${point}`,
        purpose: 'service',
        target: { kind: 'all' },
        content: { type: 'text', text: '明天店休' },
      },
    })
    await fallen(start('jobs/main.ts', point))
    const row = () => owner.call(wechatApi).mass({ params: { massId: id } })
    expect((await row()).state).toBe('sending')
    await expect
      .poll(
        async () => {
          // What a fallen sender leaves is taken up after a silence, and WeChat asks for a minute between two tries.
          on.shop.clock.set(new Date(Math.max(Date.now(), on.shop.clock.now().getTime()) + 11 * 60_000))
          await on.wechat.world.clock.advance(11 * 60_000)
          await run('wechat.sweep')
          await on.wechat.pushes.settled()
          await run('wechat.intake')
          return (await row()).state
        },
        { timeout: 40_000 },
      )
      .toBe('sent')
    expect(people.map(person => person.entries.filter(({ text }) => text === '明天店休').length)).toEqual([1, 1, 1])
    expect(await on.shop.modules.wechat.differences()).toEqual([])
  },
)

const blank = { key: '', url: '', appId: '', path: '', materialId: '', mediaId: '', articleId: '' }
const menuOf = (name: string): Menu => ({
  entries: [{ ...blank, name, type: 'view', url: 'https://shop.example/' }],
  variants: [],
})

test('a server that falls between giving a menu to WeChat and writing it down: WeChat is asked what is in force', async () => {
  const appId = on.official.appId
  const api = owner.call(wechatApi)
  const { version } = await api.menu({ query: { appId } })
  const saved = await api.saveMenu({ body: { appId, version, menu: menuOf('到店') } })
  const port = await freePort()
  const child = start('server/main.ts', 'wechat.afterMenuBeforeRecord', { PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  const answers = (): Promise<boolean> =>
    fetch(url).then(
      () => true,
      () => false,
    )
  await expect.poll(answers, { timeout: 30_000 }).toBe(true)
  const there = client<typeof wechatApi>(wechatApi.operations, transport(url, owner.session))
  await expect(there.publishMenu({ body: { appId, version: saved.version } })).rejects.toThrow()
  await fallen(child)
  const versions = async () => (await api.menuVersions({ query: { appId } })).items
  expect(await versions()).toMatchObject([{ state: 'publishing', live: false }])
  on.shop.clock.set(new Date(Date.now() + 120_000))
  await run('wechat.sweep')
  expect(await versions()).toMatchObject([{ state: 'published', live: true }])
  expect(await api.liveMenu({ query: { appId } })).toMatchObject({ state: 'same' })
}, 90_000)

test('a menu that never reached WeChat is told as failed, and another can be published', async () => {
  const appId = on.official.appId
  const api = owner.call(wechatApi)
  const at = new Date(on.shop.clock.now().getTime() - 120_000)
  const left = { id: on.shop.kernel.newId(), appId, number: 1, menuJson: JSON.stringify(menuOf('别的')) }
  await on.shop.db
    .insertInto('wechat_menu_version')
    .values({ ...left, source: 'published', state: 'publishing', createdAt: at, createdBy: '店主' })
    .execute()
  await run('wechat.sweep')
  expect((await api.menuVersions({ query: { appId } })).items).toMatchObject([{ state: 'failed', live: false }])
})
