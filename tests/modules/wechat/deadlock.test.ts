import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction, type Tx } from '../../../server/kernel/db.ts'
import { createDeliverer } from '../../../server/modules/wechat/service/deliver.ts'
import { createPace } from '../../../server/modules/wechat/service/pace.ts'
import { stage, type Stage } from '../../support/stage.ts'

// Senders that meet others at the same rows: none of their messages ends as unknown, none goes out twice.
let on: Stage
let people: Person[]
beforeEach(async () => {
  on = await stage({ settings: { resultEvents: false } })
  people = Array.from({ length: 12 }, () => on.person())
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.settle()
  await inTransaction(on.shop.db, tx =>
    on.shop.modules.wechat.plan(
      tx,
      people.map((person, at) => ({
        key: `met-${at}`,
        group: 'test',
        appId: on.official.appId,
        openid: person.openids[on.official.appId] ?? '',
        route: 'template',
        purpose: 'service',
        templateId: 'tmpl_service_notice',
        body: { fields: { thing1: '门店公告', thing2: '明日盘点' } },
      })),
    ),
  )
})
afterEach(() => on.close())

const states = async () => {
  const rows = await on.shop.db.selectFrom('wechat_message').select(['state', 'attempts']).execute()
  return Object.entries(Object.groupBy(rows, ({ state, attempts }) => `${state} ${attempts}`))
    .map(([name, list]) => `${name} × ${list?.length ?? 0}`)
    .toSorted()
}
const shown = () => people.map(person => person.entries.filter(({ kind }) => kind === 'template').length)

const lock = (tx: Tx, id: string) =>
  tx.selectFrom('wechat_message').select('id').where('id', '=', id).forUpdate().executeTakeFirstOrThrow()

/** Whether somebody holds a row now. */
const isHeld = (id: string): Promise<boolean> =>
  on.shop.db
    .transaction()
    .execute(tx => tx.selectFrom('wechat_message').select('id').where('id', '=', id).forUpdate().noWait().execute())
    .then(
      () => false,
      () => true,
    )

test('a lease that meets another in a deadlock is taken again: everybody has one message', async () => {
  const rows = await on.shop.db.selectFrom('wechat_message').select('id').orderBy('notBefore').orderBy('id').execute()
  const [first, last] = [rows.at(0)?.id ?? '', rows.at(-1)?.id ?? '']
  const { deliverer } = on.shop.modules.wechat
  let delivering: ReturnType<typeof deliverer.deliver> | undefined
  const undone = new Error('the rival goes as it came')
  const rival = on.shop.db.transaction().execute(async tx => {
    // The heavier of two is the one that the database lets go on.
    const heavy = Array.from({ length: 300 }, (_, at) => ({ materialId: `m${at}`, mediaId: `x${at}` }))
    await tx
      .insertInto('wechat_material_past')
      .values(heavy.map(row => ({ ...row, appId: 'wx', lostAt: on.shop.clock.now() })))
      .execute()
    await lock(tx, last)
    delivering = deliverer.deliver('test', { limit: 50 })
    // The lease has the first row and waits for the last, which is ours: now we want its first.
    await expect.poll(() => isHeld(first), { timeout: 10_000 }).toBe(true)
    await lock(tx, first)
    throw undone
  })
  await expect(rival).rejects.toBe(undone)
  expect(await delivering).toEqual({ claimed: 12, sent: 12 })
  expect(await states()).toEqual(['sent 1 × 12'])
  expect(shown()).toEqual(people.map(() => 1))
})

/** A database on which the n-th lease and all after it fail as a deadlock does. */
function leaseFailsFrom(nth: number): KyselyPlugin {
  let leases = 0
  return {
    transformQuery({ node }) {
      if (
        node.kind === 'UpdateQueryNode' &&
        JSON.stringify(node.updates?.map(one => one.column)).includes('claimToken')
      ) {
        const columns = JSON.stringify(node.updates?.map(one => one.column))
        if (!columns.includes('reason') && ++leases >= nth)
          throw Object.assign(new Error('Deadlock found when trying to get lock'), { errno: 1213 })
      }
      return node
    },
    transformResult: async ({ result }) => result,
  }
}

test('what has left is written down although nothing more can be leased; the rest leaves later, and nobody has two', async () => {
  const { kernel, modules } = on.shop
  const shaky = { ...kernel, db: on.shop.db.withPlugin(leaseFailsFrom(2)) }
  const deliverer = createDeliverer(shaky, modules.wechat.accounts, createPace(kernel), (_account, body, call) =>
    call(body),
  )
  await expect(deliverer.deliver('test', { limit: 10, forMs: 60_000 })).rejects.toMatchObject({ errno: 1213 })
  await expect.poll(states, { timeout: 10_000 }).toEqual(['planned 0 × 2', 'sent 1 × 10'])

  on.shop.clock.advance(120_000)
  expect(await modules.wechat.deliverer.leftovers()).toEqual({ again: 0, unknown: 0 })
  await modules.wechat.deliverer.deliver('test', { limit: 50 })
  expect(await states()).toEqual(['sent 1 × 12'])
  expect(shown()).toEqual(people.map(() => 1))
})
