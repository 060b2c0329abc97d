import { client, type Transport } from '../../server/kernel/http/client.ts'
import { readConfig } from '../../server/kernel/config.ts'
import { openKernel } from '../../server/kernel/kernel.ts'
import { createModules } from '../../server/modules.ts'
import { staffApi } from '../../server/modules/staff/contract.ts'
import { transport } from '../../tests/support/http.ts'
import type { Shop } from '../shop.ts'

const password = 'a long enough password 7'

/** The owner, who sees all stores, and a manager of the largest store; `first` is null when an earlier run has made them. */
export async function logIn(shop: Shop, first: string | null): Promise<{ owner: Transport; manager: Transport }> {
  if (first === null)
    return { owner: await session(shop, 'owner', password), manager: await session(shop, 'manager', password) }
  const owner = await session(shop, 'owner', first, password)
  const staff = client<typeof staffApi>(staffApi.operations, owner)
  const made = await staff.create({
    body: { username: 'manager', name: '李店长', role: 'storeManager', stores: { all: false, codes: ['S01'] } },
  })
  return { owner, manager: await session(shop, 'manager', made.oneTimePassword, password) }
}

/** Makes the first owner before the server does, and answers the one-time password; null when there is one. */
export async function firstPassword(shop: Shop): Promise<string | null> {
  const open = openKernel(readConfig(shop.env), 'bench')
  const first = await createModules(open.kernel).staff.ensureFirstOwner()
  await open.close()
  return first?.oneTimePassword ?? null
}

async function session(shop: Shop, username: string, first: string, next?: string): Promise<Transport> {
  const send = transport(shop.url, { cookie: '', csrf: '' }, { 'x-forwarded-proto': 'https' })
  const staff = client<typeof staffApi>(staffApi.operations, send)
  await staff.login({ body: { username, password: first } })
  if (next !== undefined) await staff.changePassword({ body: { current: first, next } })
  return send
}
