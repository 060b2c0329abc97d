import { client, type Transport } from '../../server/kernel/http/client.ts'
import { readConfig } from '../../server/kernel/config.ts'
import { openKernel } from '../../server/kernel/kernel.ts'
import { createModules } from '../../server/modules.ts'
import { staffApi } from '../../server/modules/staff/contract.ts'
import { transport } from '../../tests/support/http.ts'
import type { Shop } from '../shop.ts'

/** The owner, who sees all stores, and a manager of the largest store. */
export async function logIn(shop: Shop): Promise<{ owner: Transport; manager: Transport }> {
  const open = openKernel(readConfig(shop.env), 'bench')
  const first = await createModules(open.kernel).staff.ensureFirstOwner()
  await open.close()
  if (first === null) throw new Error('the shop has an owner already')
  const owner = await session(shop, first.username, first.oneTimePassword)
  const staff = client<typeof staffApi>(staffApi.operations, owner)
  const made = await staff.create({
    body: { username: 'manager', name: '李店长', role: 'storeManager', stores: { all: false, codes: ['S01'] } },
  })
  return { owner, manager: await session(shop, 'manager', made.oneTimePassword) }
}

async function session(shop: Shop, username: string, oneTimePassword: string): Promise<Transport> {
  const send = transport(shop.url, { cookie: '', csrf: '' })
  const staff = client<typeof staffApi>(staffApi.operations, send)
  await staff.login({ body: { username, password: oneTimePassword } })
  await staff.changePassword({ body: { current: oneTimePassword, next: 'a long enough password 7' } })
  return send
}
