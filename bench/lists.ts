import process from 'node:process'
import { contracts } from '../server/contracts.ts'
import type { Transport } from '../server/kernel/http/client.ts'
import { print } from './figure.ts'
import { account } from './intake/pushes.ts'
import { fill } from './lists/fill.ts'
import { firstPassword, logIn } from './lists/people.ts'
import { id } from './lists/rows.ts'
import { answers, openShop } from './shop.ts'

// Every list of the admin at 1,000,000 members, receipts, coupons and recipients: as owner and as manager of the largest
// store; first page, second page, last-page jump by sort, and the searches of members. The slowest way to ask each list
// counts, by the 95th percentile of 20 askings; aim: <= 300 ms.
const askings = 20

// `npm run bench -- lists --filled [sales.documents …]` asks the shop that an earlier run has filled, some lists only.
const only = process.argv.slice(2).filter(word => word.includes('.'))
const filled = process.argv.includes('--filled')
// Some lists ask for an account; nothing is ever sent to it.
const shop = await openShop([account], filled)
if (!filled) await fill(shop)
const first = await firstPassword(shop)
await shop.start('server/main.ts', () => answers(`${shop.url}/openapi.json`))
const people = await logIn(shop, first)

const params: Record<string, string> = {
  memberId: id('M', 0),
  templateId: id('T', 0),
  campaignId: id('P', 0),
  importId: id('I', 0),
  segmentId: id('G', 0),
}
// Pages that are no lists, asked all the same.
const counting = [
  'members.summary',
  'members.head',
  'members.merges',
  'members.consentHistory',
  'coupons.template',
  'campaigns.get',
  'sales.summary',
  'coupons.couponDay',
  'tickets.summary',
]
const more: Record<string, Record<string, string>[]> = {
  'members.list': [
    { search: '19900999999' },
    { search: '9999' },
    { search: '王小一' },
    { search: `88${String(777_777).padStart(18, '0')}` },
    { homeStore: 'S03' },
    { state: 'closed' },
    { sort: 'enrolledAt' },
    { recruitedBy: id('S', 0) },
    { enrolledFrom: '2026-03-01', enrolledTo: '2026-03-01' },
  ],
  'members.summary': [{ from: '2026-11-09', to: '2026-11-22' }],
  'members.timeline': [{ kind: 'receipt' }, { kind: 'points' }, { kind: 'coupon' }, { kind: 'message' }],
  'staff.audit': [{ action: 'members.reveal' }, { subjectKind: 'member', subjectId: id('M', 7) }],
  'tickets.list': [
    { state: 'open' },
    { state: 'closed' },
    { kind: 'complaint' },
    { kind: 'invoice' },
    { kind: 'complaint', state: 'open' },
    { kind: 'complaint', state: 'closed', storeCode: 'S03' },
  ],
  'coupons.coupons': [{ state: 'redeemed' }],
  'campaigns.recipients': [{ message: 'noRight' }, { message: 'refused' }, { message: 'stopped' }],
  'sales.documents': [
    { sort: 'businessAt' },
    { buyer: 'guest' },
    { storeCode: 'S03', buyer: 'member' },
    { from: '2026-03-01', to: '2026-03-31' },
    { search: '777777' },
  ],
  'coupons.couponUses': [
    { sort: 'redeemedAt' },
    { state: 'returned' },
    { storeCode: 'S03' },
    { from: '2026-03-01', to: '2026-03-31' },
  ],
  'coupons.couponDay': [{ day: '2026-11-21' }, { day: '2026-11-21', storeCode: 'S01' }],
  'catalog.products': [{ search: '长粒香米' }],
}

let worst = 0
for (const { module, operations } of contracts) {
  for (const [name, operation] of Object.entries(operations)) {
    const { method, path, access, reply } = operation
    if (method !== 'GET' || !path.startsWith('/admin/') || !access.startsWith('staff')) continue
    if (!isPage(reply) && !counting.includes(`${module}.${name}`)) continue
    if (only.length > 0 && !only.includes(`${module}.${name}`)) continue
    const address = path.replaceAll(/:(\w+)/g, (_, param: string) => params[param] ?? '')
    const slowest = { ms: 0, ask: '' }
    for (const [who, send] of Object.entries(people)) {
      const asks = more[`${module}.${name}`] ?? []
      for (const query of isPage(reply) ? [{}, ...asks] : asks.length > 0 ? asks : [{}]) {
        const ms = await measure(send, address, query, isPage(reply)).catch((error: unknown) => {
          console.error(`  ${module}.${name} as ${who} ${JSON.stringify(query)}: ${String(error)}`)
          process.exitCode = 1
          return 0
        })
        if (ms === null) console.error(`  ${module}.${name} as ${who}: not allowed`)
        else if (ms >= slowest.ms) Object.assign(slowest, { ms, ask: `${who} ${JSON.stringify(query)}` })
      }
    }
    worst = Math.max(worst, slowest.ms)
    console.error(`  ${module}.${name}: slowest ${slowest.ask}`)
    print({ figure: `lists.${module}.${name}`, value: slowest.ms, unit: 'ms (p95, slowest way to ask)' })
  }
}
print({ figure: 'lists', value: worst, unit: 'ms (p95, slowest list)', beside: 300, ratio: worst / 300 })
await shop.close()

function isPage(reply: unknown): boolean {
  const shape = typeof reply === 'object' && reply !== null && 'shape' in reply ? reply.shape : null
  return typeof shape === 'object' && shape !== null && 'items' in shape && 'next' in shape
}

/** The 95th percentile in ms over first and second page; null when this person may not ask. */
async function measure(
  send: Transport,
  path: string,
  query: Record<string, string>,
  paged: boolean,
): Promise<number | null> {
  const times: number[] = []
  let cursor: string | undefined
  for (let asking = 0; asking < askings; asking++) {
    const started = performance.now()
    try {
      const page = await send({
        method: 'GET',
        path,
        query: paged ? { ...query, limit: 50, ...(cursor ? { cursor } : {}) } : query,
        body: undefined,
      })
      times.push(performance.now() - started)
      cursor =
        asking % 2 === 0 && typeof page === 'object' && page !== null && 'next' in page && typeof page.next === 'string'
          ? page.next
          : undefined
    } catch (error) {
      if (error instanceof Error && 'status' in error && (error.status === 403 || error.status === 404)) return null
      throw error
    }
  }
  return times.toSorted((left, right) => left - right)[Math.ceil(askings * 0.95) - 1] ?? 0
}
