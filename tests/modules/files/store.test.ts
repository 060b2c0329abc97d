import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFileStore } from '../../../server/modules/files/service/index.ts'
import { world, type World } from '../../support/world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const onDisk = (): string[] =>
  readdirSync(join(w.config.DATA_DIR, 'files'), { recursive: true, encoding: 'utf8' }).filter(name =>
    /[0-9a-f]{64}$|incoming\/./.test(name),
  )

test('an upload lies on disk under its sha256, the same bytes once, and its name leads nowhere', async () => {
  const first = await w.modules.files.store(Readable.from([Buffer.from('一,二\n')]), { name: '../../etc/销售.csv' })
  const second = await w.modules.files.store(Readable.from([Buffer.from('一,'), Buffer.from('二\n')]), {
    name: 'again.csv',
  })
  expect(first.name).toBe('销售.csv')
  expect(second.sha256).toBe(first.sha256)
  expect(second.id).not.toBe(first.id)
  expect(onDisk()).toEqual([`${first.sha256.slice(0, 2)}/${first.sha256}`])
  expect(readFileSync(await w.modules.files.pathOf(first), 'utf8')).toBe('一,二\n')
  expect(await w.modules.files.get(first.id)).toMatchObject({ size: 8, name: '销售.csv' })
})

test('an empty, too large or broken-off upload leaves nothing behind', async () => {
  const before = onDisk()
  const rows = async () => (await w.db.selectFrom('file').select('id').execute()).length
  const count = await rows()
  await expect(w.modules.files.store(Readable.from([]), { name: 'empty.csv' })).rejects.toMatchObject({
    code: 'files.empty',
  })
  await expect(
    createFileStore(w.kernel, 4).store(Readable.from([Buffer.from('12345')]), { name: 'large.csv' }),
  ).rejects.toMatchObject({ code: 'files.tooLarge', status: 413 })
  const broken = new Readable({ read: () => undefined })
  broken.push('half')
  setTimeout(() => broken.destroy(new Error('gone')), 10)
  await expect(w.modules.files.store(broken, { name: 'half.csv' })).rejects.toThrow('gone')
  expect(onDisk()).toEqual(before)
  expect(await rows()).toBe(count)
})

test('says so when the bytes are gone', async () => {
  const file = await w.modules.files.store(Readable.from([Buffer.from('short-lived')]), { name: 'x.csv' })
  rmSync(await w.modules.files.pathOf(file))
  await expect(w.modules.files.read(file)).rejects.toMatchObject({ code: 'files.missingBytes' })
  await expect(w.modules.files.get('01AAAAAAAAAAAAAAAAAAAAAAAA')).rejects.toMatchObject({ code: 'files.notFound' })
})

test('is uploaded by the browser as a form, and refused without a file in it', async () => {
  const { session } = await w.as('owner')
  const send = (form: FormData) =>
    fetch(`${w.url}/api/admin/imports/files`, {
      method: 'POST',
      headers: { cookie: session.cookie, 'x-csrf-token': session.csrf },
      body: form,
    })
  const form = new FormData()
  form.append('file', new Blob(['门店编码\nS01\n']), '门店.csv')
  const reply = await send(form)
  expect(await reply.json()).toMatchObject({ fileName: '门店.csv', size: 17 })
  const none = new FormData()
  none.append('note', 'x')
  expect(await (await send(none)).json()).toMatchObject({ code: 'files.noFile' })
})
