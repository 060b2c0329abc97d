import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { inTransaction } from '../../../server/kernel/db.ts'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
beforeAll(async () => {
  on = await stage({ env: { CAMPAIGN_RATE: '100000' } })
}, 60_000)
afterAll(() => on.close())

const DAY = 86_400_000
/** The bytes of all files that lie on the disk. */
const onDisk = (): string[] => {
  const root = join(on.shop.config.DATA_DIR, 'files')
  if (!existsSync(root)) return []
  return readdirSync(root, { withFileTypes: true })
    .filter(one => one.isDirectory() && one.name !== 'incoming')
    .flatMap(({ name }) => readdirSync(join(root, name)))
}
async function tidy(): Promise<void> {
  const job = on.shop.modules.jobs.find(one => one.name === 'members.tidyRequests')
  if (job === undefined) throw new Error('no such job')
  await on.shop.kernel.enqueue(job, {})
  await on.shop.drain()
}
const Copy = z.object({
  person: z.object({ phone: z.string() }),
  consents: z.array(z.unknown()),
  points: z.unknown(),
  receipts: z.unknown(),
  coupons: z.array(z.object({ name: z.string() })),
  rewards: z.object({ signIns: z.array(z.unknown()), draws: z.array(z.unknown()), surveys: z.array(z.unknown()) }),
  tickets: z.array(z.object({ messages: z.array(z.object({ text: z.string() })) })),
  tiers: z.unknown(),
  wechat: z.object({
    sent: z.array(z.object({ text: z.string(), state: z.string() })),
    received: z.array(z.object({ kind: z.string(), content: z.string() })),
  }),
  campaigns: z.array(z.object({ name: z.string(), coupon: z.string() })),
})

test('the copy of a person holds what was written to and by them, the campaigns that reached them, and every part of the house; after its days, or when they leave, its bytes leave the disk', async () => {
  const uncle = on.person('老王')
  on.wechat.actions.follow(uncle, on.official)
  const { headers, memberId } = await on.enrols(uncle)
  on.wechat.actions.say(uncle, on.official, '积分没到账')
  await on.settle()
  const marketer = await on.shop.as('marketer')
  const { id: segmentId } = await marketer.call(segmentsApi).create({ body: { name: '全部', rules: {} } })
  const coupons = marketer.call(couponsApi)
  const coupon = await coupons.createTemplate({
    body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 10 },
  })
  await coupons.activateTemplate({ params: { templateId: coupon.templateId } })
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(tx, coupon.templateId, [{ memberId, key: 'copy:1' }]),
  )
  const campaign = await marketer.call(campaignsApi).create({
    body: {
      name: '春节通知',
      purpose: 'service',
      segmentId,
      route: 'template',
      text: { fields: { thing1: '营业时间', thing2: '春节照常营业' } },
    },
  })
  await marketer.call(campaignsApi).launch({ params: { campaignId: campaign.id } })
  await on.settle()

  const api = on.shop.call(membersApi, headers)
  const before = onDisk()
  const { requestId } = await api.askExport()
  await on.shop.drain()
  const copy = await api.myExport({ params: { requestId } })
  const said = Copy.parse(JSON.parse(copy.json))
  expect(said.wechat.sent.some(message => message.text.includes('春节照常营业') && message.state === 'sent')).toBe(true)
  expect(said.wechat.received.some(message => message.content.includes('积分没到账'))).toBe(true)
  expect(said.tickets.flatMap(ticket => ticket.messages.map(message => message.text))).toContain('积分没到账')
  expect(said.campaigns).toMatchObject([{ name: '春节通知', coupon: 'none' }])
  expect(said.coupons).toMatchObject([{ name: '满39减5' }])
  expect(copy.text).toContain('【微信消息】')
  expect(copy.text).toContain('【营销活动】')

  // Seven days later the copy has gone, from the desk and from the disk.
  expect(onDisk().length).toBe(before.length + 1)
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 8 * DAY))
  await tidy()
  expect(onDisk()).toEqual(before)
  expect(await on.shop.db.selectFrom('file').select('id').where('name', 'like', 'export-%').execute()).toEqual([])
  await tidy()
  await expect(api.myExport({ params: { requestId } })).rejects.toMatchObject({ code: 'members.noExport' })

  // Who leaves takes the copy along: nobody reads it from that moment, and its bytes are gone within the hour.
  const second = await api.askExport()
  await on.shop.drain()
  expect(onDisk().length).toBe(before.length + 1)
  await api.closeMe({ body: { confirm: true } })
  const owner = (await on.shop.as('owner')).call(membersApi)
  const params = { requestId: second.requestId }
  await expect(owner.exportFile({ params, query: { form: 'json' } })).rejects.toMatchObject({
    code: 'members.noExport',
  })
  await tidy()
  expect(onDisk()).toEqual(before)
}, 120_000)
