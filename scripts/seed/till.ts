import { anonymous, type Call } from '../callers.ts'

/** Registers two tills and hands their keys to the sandbox's till page, so that a cashier can be played at once. */
export async function prepareTills(call: Call, sandbox: string): Promise<void> {
  const places = [
    { storeCode: 'S01', tillCode: '99', name: '城中大卖场 · 服务台' },
    { storeCode: 'S02', tillCode: '99', name: '城西店 · 服务台' },
  ]
  const tills = []
  for (const place of places) {
    const { till, key } = await call<{ till: { tillId: string }; key: string }>('POST', '/api/admin/tills', place)
    tills.push({ tillId: till.tillId, key, storeCode: place.storeCode, tillCode: place.tillCode, name: place.name })
  }
  await anonymous(sandbox)('POST', '/__sim/tills', { tills })
}
