import { afterEach, beforeEach, expect, it } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})
afterEach(() => on.close())

const EXPIRING = 'tmpl_coupon_expiring'
const notices = (person: ReturnType<Stage['person']>) =>
  person.entries
    .filter(({ templateId }) => templateId === EXPIRING)
    .map(({ fields }) => fields?.map(({ value }) => value))

async function give(memberId: string, name: string, validDays: number): Promise<void> {
  const owner = (await on.shop.as('owner')).call(couponsApi)
  const body = { name, amountOff: 500, threshold: 3900, validDays, stock: 10 }
  const { templateId } = await owner.createTemplate({ body })
  await owner.activateTemplate({ params: { templateId } })
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(tx, templateId, [{ memberId, key: `test:${templateId}:${memberId}` }]),
  )
}

async function remind(): Promise<void> {
  const job = on.shop.modules.jobs.find(({ name }) => name === 'coupons.remindExpiring')
  await job?.run({}, { jobId: '', attempt: 1, progress: () => Promise.resolve(), signal: new AbortController().signal })
  await on.settle()
}

it('who asked for it is reminded of each coupon once, the day before it expires, as long as the credits last', async () => {
  const [wang, li] = [on.person('王女士'), on.person('李先生')]
  const [hers, his] = [await on.enrols(wang), await on.enrols(li)]
  await give(hers.memberId, '明天到期的券', 2)
  await give(hers.memberId, '后天到期的券', 2)
  await give(hers.memberId, '下个月到期的券', 30)
  await give(his.memberId, '没要提醒的券', 2)
  await on.allows(wang, hers.headers, EXPIRING)
  await remind()
  const first = notices(wang)
  expect(first.length).toBeLessThanOrEqual(1)
  on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 86_400_000))
  await remind()
  await remind()
  expect(notices(wang)).toHaveLength(1)
  expect(notices(wang)[0]?.[0]).toMatch(/到期的券$/)
  expect(notices(wang)[0]?.[0]).not.toBe('下个月到期的券')
  await on.allows(wang, hers.headers, EXPIRING, 3)
  await remind()
  await remind()
  expect(
    notices(wang)
      .map(values => values?.[0])
      .sort(),
  ).toEqual(['后天到期的券', '明天到期的券'].sort())
  expect(notices(li)).toEqual([])
})
