import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
let agent: StaffUser
beforeEach(async () => {
  on = await stage()
  agent = await on.shop.as('agent')
})
afterEach(() => on.close())

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('a broken egg')])

async function upload(headers: Record<string, string>, bytes: Buffer, name = 'egg.png'): Promise<Response> {
  const body = new FormData()
  body.append('file', new Blob([new Uint8Array(bytes)]), name)
  return fetch(`${on.shop.url}/api/shop/tickets/photos`, { method: 'POST', headers, body })
}
async function photoOf(headers: Record<string, string>, bytes = PNG): Promise<string> {
  const reply = await upload(headers, bytes)
  expect(reply.status).toBe(200)
  return ((await reply.json()) as { photoId: string }).photoId
}
const codeOf = async (reply: Response): Promise<unknown> => ((await reply.json()) as { code?: unknown }).code

async function auntie(name = '王阿姨') {
  const shopper = on.person(name)
  return on.enrols(shopper)
}
const asks = (headers: Record<string, string>, photos: string[], key = 'eggs-are-broken') =>
  on.shop
    .call(ticketsApi, headers)
    .submit({ body: { key, kind: 'quality', text: '昨天买的鸡蛋破了两个', storeCode: 'S01', photos } })
const picture = (path: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${on.shop.url}/api${path}`, { headers })

test('a shopper sends a photo with her question; she and the agent see it, nobody else does', async () => {
  const { headers } = await auntie()
  const photoId = await photoOf(headers)
  const ticket = await asks(headers, [photoId])
  expect(ticket.messages[0]?.photos).toEqual([photoId])
  const seen = await agent.call(ticketsApi).get({ params: { ticketId: ticket.id } })
  expect(seen.messages[0]?.photos).toEqual([photoId])

  const cookie = { cookie: agent.session.cookie }
  const shown = await picture(`/admin/tickets/${ticket.id}/photos/${photoId}`, cookie)
  expect(shown.headers.get('content-type')).toBe('image/png')
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(PNG)
  expect((await picture(`/shop/tickets/${ticket.id}/photos/${photoId}`, headers)).status).toBe(200)

  const other = await auntie('李叔')
  expect((await picture(`/shop/tickets/${ticket.id}/photos/${photoId}`, other.headers)).status).toBe(404)
  const elsewhere = await on.shop.as('storeManager', { stores: ['S02'] })
  const far = await picture(`/admin/tickets/${ticket.id}/photos/${photoId}`, { cookie: elsewhere.session.cookie })
  expect(far.status).toBe(404)
  expect((await picture(`/admin/tickets/${ticket.id}/photos/${photoId}`, {})).status).toBe(401)
})

test('a photo goes with one message of its own writer, also when the send is repeated', async () => {
  const { headers } = await auntie()
  const photoId = await photoOf(headers)
  const first = await asks(headers, [photoId])
  expect((await asks(headers, [photoId])).messages).toEqual(first.messages)
  await expect(asks(headers, [photoId], 'another-message')).rejects.toMatchObject({ code: 'tickets.noPhoto' })
  const other = await auntie('李叔')
  const hers = await photoOf(headers)
  await expect(asks(other.headers, [hers])).rejects.toMatchObject({ code: 'tickets.noPhoto' })
  // What is refused leaves nothing behind: no ticket without its photo.
  expect((await on.shop.call(ticketsApi, other.headers).mine({ query: {} })).items).toEqual([])
})

test('what is no picture, too large or too much is refused, and its bytes do not stay', async () => {
  const { headers } = await auntie()
  expect(await codeOf(await upload(headers, Buffer.from('<svg onload="alert(1)">'), 'egg.png'))).toBe(
    'tickets.photoKind',
  )
  const large = Buffer.concat([PNG, Buffer.alloc(4 * 1024 * 1024)])
  expect(await codeOf(await upload(headers, large))).toBe('tickets.photoTooLarge')
  const folder = join(on.shop.config.DATA_DIR, 'files')
  const kept = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
    : []
  expect(kept).toEqual([])
  for (let i = 0; i < 20; i++) await photoOf(headers, Buffer.concat([PNG, Buffer.from([i])]))
  expect(await codeOf(await upload(headers, PNG))).toBe('tickets.tooManyPhotos')
  on.shop.clock.advance(25 * 3600_000)
  expect((await upload(headers, PNG)).status).toBe(200)
  expect((await upload({}, PNG)).status).toBe(401)
})

test('a closed membership takes its photos along', async () => {
  const { headers, memberId } = await auntie()
  const ticket = await asks(headers, [await photoOf(headers)])
  await agent.call(ticketsApi).close({ params: { ticketId: ticket.id } })
  const owner = await on.shop.as('owner')
  await owner.call(membersApi).close({ params: { memberId }, body: { reason: '本人要求', evidence: 'phoneInHand' } })
  await on.settle()
  expect(await on.shop.db.selectFrom('ticket_photo').selectAll().execute()).toEqual([])
  expect(await on.shop.db.selectFrom('file').select('id').where('name', '=', 'egg.png').execute()).toEqual([])
})
