import type { AddressInfo } from 'node:net'
import type { KyselyPlugin } from 'kysely'
import { createApp } from '../../server/app.ts'
import { client, type Client } from '../../server/kernel/http/client.ts'
import type { Contract } from '../../server/kernel/http/contract.ts'
import { createModules } from '../../server/modules.ts'
import { transport } from './http.ts'
import type { Race } from './race.ts'
import type { StaffUser, World } from './world.ts'

const settled = async <R>(run: () => Promise<R>): Promise<PromiseSettledResult<R>> =>
  (await Promise.allSettled([run()]))[0]

type Modules = ReturnType<typeof createModules>

/** A second door to a shop, at which somebody else may step in between any two statements. */
export interface RaceDoor {
  /** The staff of the first door, calling through this one. */
  as<C extends Contract>(user: StaffUser, contract: C): Client<C>
  /** A shopper of the first door, by the headers of the session, calling through this one. */
  call<C extends Contract>(contract: C, headers: Readonly<Record<string, string>>): Client<C>
  /** The same as `at` for what no door leads to: `work` gets the modules behind this one. */
  run<T>(gap: number, work: (modules: Modules) => Promise<T>, meanwhile: () => Promise<unknown>): Promise<Race<T>>
  /**
   * Runs `work` (calls through this door); after its n-th statement (0 = the first) `meanwhile` runs on connections of its
   * own: to its end, or until it waits for what the work holds; then the work goes on.
   */
  at<T>(gap: number, work: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<Race<T>>
  close(): Promise<void>
}

/** Opens the door: the same database, Redis and clock; the statements of all that is asked here are counted. */
export async function raceDoor(shop: World): Promise<RaceDoor> {
  let run: { gap: number; meanwhile: () => Promise<unknown> } | null = null
  let other: Promise<PromiseSettledResult<unknown>> | undefined
  let statements = 0
  const injector: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (run !== null && statements++ === run.gap) {
        other = settled(run.meanwhile)
        // A rival that waits for our locks would wait for ever: it gets a moment, then comes after us.
        await Promise.race([other, new Promise(resolve => setTimeout(resolve, 120))])
      }
      return result
    },
  }
  const kernel = { ...shop.kernel, db: shop.db.withPlugin(injector) }
  const modules = createModules(kernel)
  const server = createApp(kernel, modules.all, modules.authenticators).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function at<T>(gap: number, work: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<Race<T>> {
    run = { gap, meanwhile }
    other = undefined
    statements = 0
    const result = await settled(work)
    run = null
    return { result, other: await (other ?? settled(meanwhile)), statements }
  }
  return {
    as: (user, contract) => client(contract.operations, transport(url, user.session)) as never,
    call: (contract, headers) =>
      client(contract.operations, transport(url, { cookie: '', csrf: '' }, headers)) as never,
    at,
    run: (gap, work, meanwhile) => at(gap, () => work(modules), meanwhile),
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
