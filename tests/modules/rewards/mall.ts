import { inTransaction } from '../../../server/kernel/db.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import type { Stage } from '../../support/stage.ts'
import type { StaffUser, World } from '../../support/world.ts'

/** A member with a phone and points in hand. */
export interface Shopper {
  readonly memberId: string
  readonly headers: { authorization: string }
  readonly person: ReturnType<Stage['person']>
}

let grants = 0

/** Puts points into a member's hand, as an activity does; they last, unless told otherwise. */
export const givePoints = (shop: World, memberId: string, points: number, expiresOn = '2099-12-31'): Promise<unknown> =>
  inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `points-of-the-test-${++grants}`, memberId, points, expiresOn }]),
  )

/** Somebody who opens a card and has so many points. */
export async function shopperWith(on: Stage, name: string, points: number): Promise<Shopper> {
  const person = on.person(name)
  const { memberId, headers } = await on.enrols(person)
  if (points > 0) await givePoints(on.shop, memberId, points)
  return { memberId, headers, person }
}

/** Usable points of a member. */
export const pointsOf = async (shop: World, memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0

/** The two stores of these stories. */
export const openStores = (shop: World): Promise<void> => shop.modules.catalog.ensureStores(shop.db, ['S01', 'S02'])

let products = 0

/** A product that is on: goods for 500 points at every store, unless told otherwise. */
export async function newProduct(owner: StaffUser, more: Record<string, unknown> = {}): Promise<string> {
  const desk = owner.call(rewardsApi)
  const { productId } = await desk.createProduct({
    body: { name: `东北大米 ${++products}`, kind: 'goods', points: 500, stock: 10, ...more },
  })
  await desk.switchProduct({ params: { productId }, body: { state: 'on' } })
  return productId
}

let taps = 0
/** A key as the mini-program makes one for each tap. */
export const tap = (): string => `tap-of-the-test-${++taps}`

/** What a call fails with: its code; 'done' when it does not fail. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (error: unknown) =>
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error),
  )

/** Runs a job of the shop once. */
export async function runJob(shop: World, name: string): Promise<void> {
  const job = shop.modules.jobs.find(one => one.name === name)
  if (job === undefined) throw new Error(`no job ${name}`)
  await job.run({}, { jobId: '', attempt: 1, progress: () => Promise.resolve(), signal: new AbortController().signal })
}

/** The smallest PNG there is: one point. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Uploads a picture of the mall as the admin does. */
export function uploadPicture(shop: World, by: StaffUser, bytes: Buffer, name: string): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(bytes)]), name)
  return fetch(`${shop.url}/api/admin/rewards/pictures`, {
    method: 'POST',
    body: form,
    headers: { cookie: by.session.cookie, 'x-csrf-token': by.session.csrf },
  })
}
