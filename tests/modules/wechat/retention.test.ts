import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { SEND_NOW } from '../../../server/modules/wechat/index.ts'
import { openWindows } from '../../../server/modules/wechat/repository/rights/grants.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
const COUPON = 'tmpl_coupon_arrived'
beforeAll(async () => {
  on = await stage({ settings: { resultEvents: false } })
})
afterAll(() => on.close())

const night = async () => {
  const purge = on.shop.modules.jobs.find(job => job.name === 'wechat.purge')
  await purge?.run(
    {},
    { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal },
  )
}

test('years later the texts are gone, then the rows; of the ledger a sum stays, and it still says the same', async () => {
  const auntie = on.person('王阿姨')
  const headers = await on.opens(auntie)
  await on.allows(auntie, headers, COUPON, 3)
  const person = { appId: on.mini.appId, openid: auntie.openids[on.mini.appId] ?? '' }
  const pen = { newId: on.shop.kernel.newId, now: on.shop.clock.now() }
  const until = new Date(on.shop.clock.now().getTime() + 60_000)
  await inTransaction(on.shop.db, tx => openWindows(tx, [{ ...person, kind: 'message', until, left: 5 }], pen))
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.wechat.plan(tx, [
      {
        key: 'old',
        group: SEND_NOW,
        ...person,
        route: 'subscribe',
        purpose: 'marketing',
        templateId: COUPON,
        body: { fields: { thing1: '满39减5', time2: '2026-12-31' } },
      },
    ]),
  )
  await on.settle()
  const message = () => on.shop.db.selectFrom('wechat_message').select(['openid', 'bodyJson']).executeTakeFirst()
  const credit = () => on.shop.db.selectFrom('wechat_credit').select(['remaining', 'reserved']).executeTakeFirst()
  const acts = async () =>
    (
      await on.shop.db.selectFrom('wechat_right_entry').select(['act', 'free']).orderBy('at').orderBy('id').execute()
    ).map(({ act, free }) => `${act} ${free}`)
  expect(await credit()).toEqual({ remaining: 2, reserved: 0 })

  on.shop.clock.advance(2 * 86_400_000)
  await night()
  expect(await acts()).toContain('expired -5')
  expect((await message())?.bodyJson).toContain('满39减5')
  expect(await on.shop.modules.wechat.differences()).toEqual([])

  on.shop.clock.advance(200 * 86_400_000)
  await night()
  expect(await message()).toEqual({ openid: '', bodyJson: '{}' })

  on.shop.clock.advance(1_000 * 86_400_000)
  await night()
  expect(await message()).toBeUndefined()
  expect(await acts()).toEqual(['carried 2'])
  expect(await credit()).toEqual({ remaining: 2, reserved: 0 })
  expect(await on.shop.modules.wechat.differences()).toEqual([])
})
