import { setTimeout as wait } from 'node:timers/promises'
import type { Call, StaffSession } from '../callers.ts'
import type { Phone } from './people.ts'

const DAY_MS = 86_400_000
const at = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString()

interface Offer {
  readonly shelf: 'recommended' | 'store' | 'newcomer'
  readonly newDays?: number
  readonly releases: readonly { at: string; quantity: number }[]
}

/** A coupon of each kind, with what shoppers can do for it themselves. */
const templates = (productOf: (words: string) => string) => ({
  percentage: {
    name: '日化 88 折',
    kind: 'percentOff',
    payPercent: 88,
    maxOff: 3000,
    threshold: 5000,
    rules: { categories: { include: ['15'] } },
    validDays: 30,
    stock: 5000,
    perMemberLimit: 2,
    perDayLimit: 1,
    budget: 5_000_000,
    bearers: { headquarters: 40, store: 0, supplier: 60 },
    supplier: '净语日化',
    stackGroup: '品类',
    returnPolicy: 'reprice',
    description: '烟草、购物卡除外；每天限用一张',
  },
  exchange: {
    name: '新会员鸡蛋兑换券',
    kind: 'exchange',
    maxOff: 1500,
    threshold: 0,
    rules: { gives: [productOf('鸡蛋')], channels: ['till', 'staff'] },
    validDays: 14,
    startsAfterDays: 1,
    stock: 2000,
    description: '到店凭券免费领一份，次日起可用',
  },
  freeShipping: {
    name: '满59免运费',
    kind: 'freeShipping',
    maxOff: 800,
    threshold: 5900,
    rules: { channels: ['miniprogram'] },
    validDays: 30,
    stock: 10_000,
    perMemberLimit: 4,
    stackGroup: '运费',
    giftable: true,
    description: '小程序下单可用，可转赠好友',
  },
  gift: {
    name: '满128送抽纸',
    kind: 'gift',
    maxOff: 1600,
    threshold: 12_800,
    rules: { gives: [productOf('抽纸')], weekdays: [6, 7] },
    validTo: at(45),
    stock: 800,
    bearers: { headquarters: 0, store: 30, supplier: 70 },
    supplier: '絮语纸业',
    stackGroup: '赠品',
    returnPolicy: 'restore',
    description: '周末到店，赠完为止',
  },
  code: {
    name: '社区团购满60减8',
    amountOff: 800,
    threshold: 6000,
    validDays: 7,
    stock: 3000,
    rules: { hours: { from: '08:00', to: '21:30' } },
    description: '输入公共兑换码领取',
  },
  pool: {
    name: '企业福利满100减20',
    amountOff: 2000,
    threshold: 10_000,
    validDays: 60,
    stock: 500,
    bearers: { headquarters: 100, store: 0, supplier: 0 },
    description: '企业采购的兑换码，一码一张',
  },
})

/** A product whose name holds the words; '' where the catalogue has none. */
async function productNamed(call: Call, words: string): Promise<string> {
  const path = `/api/admin/catalog/products?limit=1&search=${encodeURIComponent(words)}`
  return (await call<{ items: { code: string }[] }>('GET', path)).items[0]?.code ?? ''
}

async function untilReady(call: Call, bulkId: string): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 200) {
    const { bulk } = await call<{ bulk: { state: string } }>('GET', `/api/admin/coupon-bulks/${bulkId}`)
    if (bulk.state !== 'reading') return
    await wait(200)
  }
}

/**
 * Coupons of every kind: some in the coupon centre, claimed by members already; one by a public code, one by a pool of
 * codes from a file. Returns the templates that other activities give.
 */
export async function prepareCoupons(
  boss: StaffSession,
  phones: readonly Phone[],
): Promise<{ shipping: string; newcomer: string }> {
  const { call } = boss
  const codes = new Map<string, string>()
  for (const words of ['鸡蛋', '抽纸']) codes.set(words, await productNamed(call, words))
  const all = templates(words => codes.get(words) ?? '')
  const made = new Map<string, string>()
  for (const [key, body] of Object.entries(all)) {
    const { templateId } = await call<{ templateId: string }>('POST', '/api/admin/coupon-templates', body)
    await call('POST', `/api/admin/coupon-templates/${templateId}/activate`)
    made.set(key, templateId)
  }
  const offer = (key: string, body: Offer) =>
    call<{ offerId: string }>('PUT', `/api/admin/coupon-templates/${made.get(key)}/offer`, body)
  const { offerId } = await offer('percentage', {
    shelf: 'recommended',
    releases: [
      { at: at(-1), quantity: 120 },
      { at: at(1), quantity: 500 },
    ],
  })
  const shipping = await offer('freeShipping', { shelf: 'recommended', releases: [{ at: at(-2), quantity: 400 }] })
  await offer('exchange', { shelf: 'newcomer', newDays: 30, releases: [{ at: at(-2), quantity: 300 }] })
  await offer('gift', { shelf: 'recommended', releases: [{ at: at(-1), quantity: 60 }] })
  // A gauge that is neither full nor empty: two members of three have claimed.
  for (const [i, { personId, shop }] of phones.entries()) {
    if (i % 3 !== 0) await shop('POST', `/api/shop/coupon-centre/${offerId}/claim`, { key: `seed-${personId}-a` })
    if (i % 4 === 1)
      await shop('POST', `/api/shop/coupon-centre/${shipping.offerId}/claim`, { key: `seed-${personId}-b` })
  }
  await call('POST', `/api/admin/coupon-templates/${made.get('code')}/codes`, { code: '禾谷团购', maxUses: 2000 })
  const rows = Array.from({ length: 120 }, (_, i) => `HG2026-${String(i + 1).padStart(4, '0')}`)
  const { fileId } = await boss.upload(
    '企业福利兑换码.csv',
    Buffer.from(['兑换码', ...rows].join('\n')),
    '/api/admin/coupon-bulks/file',
  )
  const { bulkId } = await call<{ bulkId: string }>('POST', '/api/admin/coupon-bulks', {
    kind: 'pool',
    fileId,
    templateId: made.get('pool'),
    reason: '企业福利采购',
  })
  await untilReady(call, bulkId)
  await call('POST', `/api/admin/coupon-bulks/${bulkId}/run`)
  return { shipping: made.get('freeShipping') ?? '', newcomer: made.get('exchange') ?? '' }
}
