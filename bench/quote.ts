import process from 'node:process'
import { CouponRules } from '../server/modules/coupons/contract.ts'
import type { Goods, HeldCoupon } from '../server/modules/coupons/index.ts'
import { inTransaction } from '../server/kernel/db.ts'
import { signingText } from '../server/modules/till/contract.ts'
import { signTill } from '../server/modules/till/index.ts'
import { print } from './figure.ts'
import { lanes, openModules } from './loyalty/shop.ts'
import { answers, openShop } from './shop.ts'

// A till asks what a basket of 50 lines costs a member with 20 coupons of every kind that may be combined: the signed
// request, the answer with the best combination. First one till after the other, then eight at once; and the search alone.
const count = Number(process.argv[2] ?? 2_000)
const [COUPONS, LINES] = [20, 50]
const shop = await openShop()
const { kernel, modules, close } = openModules(shop, 8)
const { db, vault, newId } = kernel
const now = new Date()
const memberId = newId()

await db
  .insertInto('member')
  .values({
    id: memberId,
    state: 'active',
    cardNo: '88'.padEnd(20, '0'),
    phoneSealed: vault.seal('19900000000'),
    phoneHash: vault.hash('phone', '19900000000'),
    phoneLast4Hash: vault.hash('phone4', '0000'),
    nameSealed: vault.seal('王女士'),
    nameHash: vault.hash('name', '王女士'),
    source: 'miniprogram',
    termsVersion: '1',
    termsAcceptedAt: now,
    enrolledAt: now,
    updatedAt: now,
  })
  .execute()
const till = { id: newId(), key: 'a till that measures' }
await db
  .insertInto('till')
  .values({
    id: till.id,
    storeCode: 'S01',
    tillCode: '01',
    name: '',
    keySealed: vault.seal(till.key),
    state: 'active',
    createdBy: newId(),
    createdAt: now,
  }) // prettier-ignore
  .execute()
const categories = ['fresh', 'dairy', 'home', 'drinks', 'snacks']
for (const code of categories)
  await db.insertInto('category').values({ code, parentCode: null, name: code, level: 1, updatedAt: now }).execute()
await db
  .insertInto('product')
  .values(
    Array.from({ length: LINES }, (_, n) => ({
      code: `P${n}`,
      name: `商品 ${n}`,
      kind: 'goods',
      categoryCode: categories[n % categories.length] ?? null,
      weighed: 0,
      status: 'active',
      provisional: 0,
      createdAt: now,
      updatedAt: now,
    })),
  )
  .execute()

/** The n-th template: kinds, scopes, thresholds and groups that overlap, so that the search has something to do. */
const kinds = ['amountOff', 'percentOff', 'exchange', 'percentOff'] as const
for (let n = 0; n < COUPONS; n++) {
  const id = newId()
  const kind = kinds[n % kinds.length] ?? 'amountOff'
  const include = n % 3 === 0 ? [] : [categories[n % categories.length] ?? '']
  const rules = CouponRules.parse({
    categories: { include },
    gives: kind === 'exchange' ? [`P${n}`, `P${n + 20}`] : [],
  })
  await db
    .insertInto('coupon_template')
    .values({
      id,
      name: `券 ${n}`,
      kind,
      amountOff: kind === 'amountOff' ? 500 + n * 37 : 0,
      payPercent: kind === 'percentOff' ? 80 + (n % 15) : null,
      maxOff: kind === 'percentOff' && n % 2 === 0 ? 3_000 : null,
      threshold: 1_000 + n * 100,
      validDays: 30,
      rulesJson: JSON.stringify(rules),
      stackGroup: n % 10 === 9 ? '' : `g${n % 9}`,
      stock: 10,
      perMemberLimit: 1,
      description: '',
      state: 'active',
      createdBy: newId(),
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await inTransaction(db, tx => modules.coupons.issue(tx, id, [{ memberId, key: `bench:${n}` }]))
}
const held: HeldCoupon[] = await modules.coupons.ofMember(db, memberId)
const lines = Array.from({ length: LINES }, (_, n) => ({
  lineNo: n + 1,
  productCode: `P${n}`,
  name: `商品 ${n}`,
  quantity: String(1 + (n % 3)),
  unitPrice: '9.9',
  net: (9.9 * (1 + (n % 3))).toFixed(2),
}))

await shop.start('server/main.ts', () => answers(`${shop.url}/health`))
let nonces = 0
async function quote(): Promise<{ best: { codes: string[] } }> {
  const path = '/api/till/quote'
  const body = JSON.stringify({ memberCode: null, couponCodes: [held[0]?.code ?? ''], lines })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = `bench${String((nonces += 1)).padStart(20, '0')}`
  const text = signingText({ tillId: till.id, timestamp, nonce, method: 'POST', path, body })
  const reply = await fetch(`${shop.url}${path}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-till-id': till.id,
      'x-till-timestamp': timestamp,
      'x-till-nonce': nonce,
      'x-till-signature': signTill(till.key, text),
    },
  })
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`)
  return (await reply.json()) as { best: { codes: string[] } }
}

const { best } = await quote()
if (best.codes.length < 2) throw new Error('the best combination is no combination')
await lanes(200, 1, quote)
const one = await lanes(count, 1, quote)
print({ figure: 'quote p50, 20 coupons and 50 lines', value: one.p50, unit: 'ms' })
print({ figure: 'quote p99, 20 coupons and 50 lines', value: one.p99, unit: 'ms' })
const eight = await lanes(count, 8, quote)
print({ figure: 'quotes a second, eight tills at once', value: count / eight.seconds, unit: '1/s' })
print({ figure: 'quote p99, eight tills at once', value: eight.p99, unit: 'ms' })

const goods: Goods = lines.map(({ lineNo, productCode, net, quantity }, n) => ({
  lineNo,
  productCode,
  categories: [categories[n % categories.length] ?? ''],
  amount: Math.round(Number(net) * 10_000),
  quantity: Number(quantity) * 10_000,
  takes: 'goods',
}))
const occasion = { now: new Date(), zone: 'Asia/Shanghai', storeCode: 'S01', channel: 'till' as const, memberId, goods }
const search = await lanes(count, 1, async () =>
  modules.coupons.apply(modules.coupons.judge(held, occasion).chosen, goods),
)
print({ figure: 'best combination alone p50', value: search.p50, unit: 'ms' })
print({ figure: 'best combination alone p99', value: search.p99, unit: 'ms' })
await close()
await shop.close()
