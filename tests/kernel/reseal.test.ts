import { afterAll, beforeAll, expect, it } from 'vitest'
import { sql } from 'kysely'
import { resealAll } from '../../server/kernel/db/reseal.ts'
import { createVault } from '../../server/kernel/vault.ts'
import { world, type World } from '../support/world.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

it('rotating the keys leaves nothing under the old one, and all of it readable', async () => {
  const lookup = Buffer.alloc(32, 9)
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const old = createVault(new Map([['v1', one]]), lookup)
  const both = createVault(
    new Map([
      ['v1', one],
      ['v2', two],
    ]),
    lookup,
  )
  const onlyNew = createVault(new Map([['v2', two]]), lookup)
  await sql`create table if not exists reseal_probe (id int primary key, phoneSealed varchar(255) null)`.execute(
    shop.db,
  )
  try {
    for (let id = 0; id < 1_203; id++)
      await sql`insert into reseal_probe values (${id}, ${id % 100 === 7 ? null : old.seal(`138${id}`)})`.execute(
        shop.db,
      )
    expect(await resealAll(shop.db, both)).toBe(1_203 - 12)
    expect(await resealAll(shop.db, both)).toBe(0)
    const { rows } = await sql<{ id: number; phoneSealed: string | null }>`select * from reseal_probe`.execute(shop.db)
    for (const { id, phoneSealed } of rows)
      expect(phoneSealed === null ? null : onlyNew.open(phoneSealed)).toBe(id % 100 === 7 ? null : `138${id}`)
  } finally {
    await sql`drop table reseal_probe`.execute(shop.db)
  }
})
