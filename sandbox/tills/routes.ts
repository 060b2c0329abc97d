import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { AdminError, type AdminRoute } from '../admin/routes.ts'
import type { World } from '../state/world.ts'
import { checkSigned, CheckBody } from './check.ts'
import { nightFile } from './night-file.ts'
import { signedHeaders } from './sign.ts'
import { Product, Sold, Till } from './state.ts'

// What a till may ask of the product; paths as in server/modules/till/contract.ts and what stands beside it.
const operations: Record<string, { readonly method: 'GET' | 'POST'; readonly path: string }> = {
  identify: { method: 'POST', path: '/api/till/identify' },
  quote: { method: 'POST', path: '/api/till/quote' },
  lock: { method: 'POST', path: '/api/till/locks' },
  sale: { method: 'POST', path: '/api/till/sales' },
  cancel: { method: 'POST', path: '/api/till/cancellations' },
  returnQuote: { method: 'POST', path: '/api/till/returns/quote' },
  return: { method: 'POST', path: '/api/till/returns' },
  smsCode: { method: 'POST', path: '/api/till/sms-codes' },
  smsProof: { method: 'POST', path: '/api/till/sms-proofs' },
  hold: { method: 'POST', path: '/api/till/holds' },
  holds: { method: 'GET', path: '/api/till/holds' },
  resume: { method: 'POST', path: '/api/till/holds/:holdId/resume' },
  shift: { method: 'GET', path: '/api/till/shift' },
  closeShift: { method: 'POST', path: '/api/till/shifts' },
  print: { method: 'POST', path: '/api/till/prints' },
  offlineKit: { method: 'GET', path: '/api/till/offline-kit' },
  offlineSale: { method: 'POST', path: '/api/till/offline-sales' },
}

const Setup = z.object({ tills: z.array(Till).default([]), products: z.array(Product).exactOptional() })
const Ask = z.object({
  tillId: z.string(),
  operation: z.enum(Object.keys(operations)),
  params: z.record(z.string(), z.string().regex(/^\w{1,40}$/)).default({}),
  body: z.unknown(),
})
const Drop = z.object({
  folder: z.string().min(1),
  businessDate: z.iso.date(),
  name: z
    .string()
    .regex(/^[\w.-]+$/)
    .exactOptional(),
})

const shopDay = (ms: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(ms)

/** `/__sim/tills…` and `/__sim/erp…`: tills that sign, and the nightly file of what they sold. */
export const tillRoutes = (world: World): AdminRoute[] => {
  const { shop } = world

  const tillOf = (tillId: string): Till => {
    const till = shop.tills.find(one => one.tillId === tillId)
    if (till === undefined) throw new AdminError(404, `no till ${tillId}`)
    return till
  }

  /** Signs a request of a till, sends it to the product and gives back what it said. */
  const forward = async (till: Till, operation: string, params: Record<string, string>, data: unknown) => {
    const { method, path: pattern } = operations[operation] ?? { method: 'POST', path: '' }
    const target = pattern.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? '')
    const body = method === 'GET' ? '' : JSON.stringify(data)
    const seconds = Math.floor(Date.now() / 1000)
    const started = performance.now()
    const reply = await fetch(world.addresses.serverUrl + target, {
      method,
      headers: signedHeaders(till, { method, path: target, body, seconds }),
      ...(method === 'GET' ? {} : { body }),
      signal: AbortSignal.timeout(10_000),
    }).catch((error: unknown) => {
      throw new AdminError(502, error instanceof Error ? error.message : 'no answer')
    })
    const response = await reply.text()
    const ms = performance.now() - started
    world.journal.write({
      at: world.now(),
      kind: 'till',
      appId: '',
      path: target,
      request: body,
      response,
      status: reply.status,
      ms,
    })
    const json: unknown = response === '' ? null : JSON.parse(response)
    return { status: reply.status, reply: json }
  }

  return [
    {
      method: 'GET',
      path: '/__sim/tills',
      run: () => ({
        json: {
          tills: shop.tills.map(({ key: _key, ...till }) => till),
          products: shop.products,
          today: shopDay(world.now()),
        },
      }),
    },
    {
      method: 'POST',
      path: '/__sim/tills',
      run: ({ body }) => {
        const setup = Setup.parse(body)
        for (const till of setup.tills) shop.tills = [...shop.tills.filter(one => one.tillId !== till.tillId), till]
        if (setup.products !== undefined) shop.products = setup.products
        world.changes.count++
        return { json: { tills: shop.tills.length } }
      },
    },
    {
      method: 'POST',
      path: '/__sim/tills/ask',
      run: async ({ body }) => {
        const { tillId, operation, params, body: data } = Ask.parse(body)
        return { json: await forward(tillOf(tillId), operation, params, data) }
      },
    },
    {
      // The till's own machine: it needs no network, only the public keys that the till has kept.
      method: 'POST',
      path: '/__sim/tills/check',
      run: ({ body }) => ({ json: checkSigned(CheckBody.parse(body)) }),
    },
    {
      method: 'POST',
      path: '/__sim/tills/receipt-number',
      run: ({ body }) => {
        const till = tillOf(z.object({ tillId: z.string() }).parse(body).tillId)
        const businessDate = shopDay(world.now())
        const key = `${till.storeCode} ${till.tillCode} ${businessDate}`
        shop.counters[key] = (shop.counters[key] ?? 0) + 1
        world.changes.count++
        return { json: { businessDate, receiptNo: String(shop.counters[key]).padStart(4, '0') } }
      },
    },
    {
      method: 'POST',
      path: '/__sim/tills/receipts',
      run: ({ body }) => {
        shop.sold.push(Sold.parse(body))
        world.changes.count++
        return { json: { ok: true } }
      },
    },
    {
      method: 'GET',
      path: '/__sim/tills/receipts',
      run: ({ query }) => {
        const date = query.get('businessDate')
        return { json: shop.sold.filter(one => date === null || one.businessDate === date) }
      },
    },
    {
      method: 'GET',
      path: '/__sim/erp/night-file',
      run: ({ query, raw }) => {
        const date = query.get('businessDate') ?? shopDay(world.now())
        raw.response.writeHead(200, {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="sales-${date.replaceAll('-', '')}-till.csv"`,
        })
        raw.response.end(nightFile(shop.sold, date))
        return { handled: true }
      },
    },
    {
      // Into a drop folder, as an ERP does it: written under another name, then moved, so that nobody reads half a file.
      method: 'POST',
      path: '/__sim/erp/drop',
      run: async ({ body }) => {
        const { folder, businessDate, name = `sales-${businessDate.replaceAll('-', '')}-till.csv` } = Drop.parse(body)
        await mkdir(folder, { recursive: true })
        const file = path.join(folder, name)
        await writeFile(`${file}.part`, nightFile(shop.sold, businessDate))
        await rename(`${file}.part`, file)
        return { json: { file } }
      },
    },
  ]
}
