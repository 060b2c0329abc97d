import { inTransaction } from '../../../server/kernel/db.ts'
import { client, type Client } from '../../../server/kernel/http/client.ts'
import type { Contract } from '../../../server/kernel/http/contract.ts'
import type { z } from 'zod'
import { signingText, tillApi, type BasketLine } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import { signTill } from '../../../server/modules/till/index.ts'
import { ApiError } from '../../support/http.ts'
import type { World } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'

let nonces = 0

/** Whatever a test wants to be wrong about a request. */
export interface Forgery {
  readonly nonce?: string
  readonly timestamp?: string
  readonly key?: string
  /** The body that is signed; another one is sent. */
  readonly signedBody?: string
}

/** Sends a request as a till does. */
export async function send(
  shop: World,
  till: { tillId: string; key: string },
  method: string,
  path: string,
  body: unknown,
  forged: Forgery = {},
): Promise<unknown> {
  const text = JSON.stringify(body)
  const timestamp = forged.timestamp ?? String(Math.floor(shop.clock.now().getTime() / 1000))
  const nonce = forged.nonce ?? `nonce${String((nonces += 1)).padStart(20, '0')}`
  const signature = signTill(
    forged.key ?? till.key,
    signingText({
      tillId: till.tillId,
      timestamp,
      nonce,
      method,
      path: `/api${path}`,
      body: forged.signedBody ?? text,
    }),
  )
  const reply = await fetch(`${shop.url}/api${path}`, {
    method,
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-till-id': till.tillId,
      'x-till-timestamp': timestamp,
      'x-till-nonce': nonce,
      'x-till-signature': signature,
    },
  })
  const json = (await reply.json()) as Record<string, unknown>
  if (!reply.ok) throw new ApiError(reply.status, json)
  return json
}

export interface Till {
  readonly tillId: string
  readonly key: string
  call<C extends Contract>(contract: C): Client<C>
}

/** A till of a store, registered by the owner. */
export async function newTill(
  shop: World,
  storeCode: string,
  tillCode: string,
  staticCards: 'earn' | 'spend' = 'spend',
): Promise<Till> {
  const owner = await shop.as('owner')
  // Most stories are not about how a member is known: there a card's number is enough. codes.test.ts is about it.
  await owner.call(tillCodesApi).setTerms({ body: { staticCards } })
  const { till, key } = await owner.call(tillApi).registerTill({ body: { storeCode, tillCode, name: '' } })
  const at = { tillId: till.tillId, key }
  return {
    ...at,
    call: contract =>
      client(contract.operations, ({ method, path, body }) => send(shop, at, method, path, body)) as never,
  }
}

type GivenLine = z.input<typeof BasketLine>

/** A line of the basket: one piece for so many yuan. */
export const line = (lineNo: number, net: string, more: Partial<GivenLine> = {}): GivenLine => ({
  lineNo,
  productCode: 'rice',
  name: '禾谷园长粒香米',
  quantity: '1',
  unitPrice: net,
  net,
  ...more,
})

/** A coupon in the wallet of a real member. */
export async function giveCoupon(
  shop: World,
  memberId: string,
  more: Parameters<typeof newTemplate>[1] = {},
): Promise<{ couponId: string; code: string }> {
  const templateId = await newTemplate(shop, more)
  await inTransaction(shop.db, tx =>
    shop.modules.coupons.issue(tx, templateId, [{ memberId, key: `test:${templateId}:${memberId}` }]),
  )
  const coupon = (await shop.modules.coupons.ofMember(shop.db, memberId)).find(each => each.templateId === templateId)
  if (coupon === undefined) throw new Error('no coupon')
  return { couponId: coupon.id, code: coupon.code }
}

export const today = '2026-11-22'
export const now = '2026-11-22T04:00:00.000Z'
