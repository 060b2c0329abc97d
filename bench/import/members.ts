import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { insertRows } from '../../server/kernel/db/bulk.ts'
import type { Kernel } from '../../server/kernel/module.ts'

/** Members with bound cards for the first customers of the files, so that points have something to do. */
export async function bindCustomers(
  { db, newId, clock }: Kernel,
  folder: string,
  files: readonly string[],
  wanted: number,
): Promise<void> {
  const customers = new Set<string>()
  for (const name of files) {
    for await (const line of createInterface({
      input: createReadStream(path.join(folder, name)).pipe(createGunzip()),
    })) {
      const customer = /,(\d+)(?:\.0)?,[^,]*$/.exec(line)?.[1]
      if (customer !== undefined) customers.add(customer)
    }
    if (customers.size >= wanted) break
  }
  const now = clock.now()
  const chosen = [...customers]
    .slice(0, wanted)
    .map((cardNo, i) => ({ cardNo, memberId: newId(), own: String(i).padStart(20, '0') }))
  await insertRows(
    db,
    'member',
    ['id', 'state', 'cardNo', 'source', 'termsVersion', 'termsAcceptedAt', 'enrolledAt', 'updatedAt'],
    chosen.map(({ memberId, own }) => [memberId, 'active', own, 'paper', '1', now, now, now]),
  )
  await db
    .insertInto('card')
    .values(
      chosen.map(({ cardNo, memberId }) => ({
        cardNo,
        memberId,
        boundAt: now,
        state: 'bound',
        balancePoints: 0,
        contentHash: '',
        importedAt: now,
      })),
    )
    .execute()
}
