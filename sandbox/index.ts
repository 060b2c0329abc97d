import type { AddressInfo } from 'node:net'
import { callbackUrl, defaultAccounts, defaultMenu, type SandboxAccount } from './accounts.ts'
import { controlRoutes } from './admin/control.ts'
import { couponRoutes } from './admin/coupons.ts'
import { journalRoutes } from './admin/journal.ts'
import { peopleRoutes } from './admin/people.ts'
import { createPushes, type Pushes } from './callbacks/pushes.ts'
import { pages as pageFiles } from './files.ts'
import { createHttp } from './http.ts'
import { platformRoutes } from './admin/platform.ts'
import { sendQrCode } from './pages/files.ts'
import { type Visit, webPages } from './pages/web.ts'
import { payApi } from './pay/api.ts'
import type { Settings } from './settings.ts'
import { type Actions, createActions } from './state/actions.ts'
import { keep, restore } from './state/snapshot.ts'
import { createWorld, type World } from './state/world.ts'
import { tillRoutes } from './tills/routes.ts'
import { wechatApi } from './wechat/api.ts'

export * from './accounts.ts'
export type { Settings } from './settings.ts'

/** How a sandbox is started. */
export interface SandboxOptions {
  /** 0 = any free port. Always on 127.0.0.1. */
  port?: number
  accounts?: readonly SandboxAccount[]
  settings?: Partial<Settings>
  /** Seed of the dice: the same seed throws the same faults. */
  seed?: number
  /** File that keeps people and phones over a restart. */
  statePath?: string
  /** Where the mini-program's browser host is; '' = the phone says that it is not built. */
  miniprogramUrl?: string
  /** The product's address, '' = none: default place of the pushes, of the mini-program's API and of the till's. */
  serverUrl?: string
  journalSize?: number
}

/** A running sandbox. */
export interface Sandbox {
  /** Address without trailing slash; also the base URL of the WeChat API. */
  url: string
  world: World
  actions: Actions
  pushes: Pushes
  stop: () => Promise<void>
}

/** Starts a sandbox and resolves when it listens. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const serverUrl = options.serverUrl ?? ''
  const accounts = (options.accounts ?? defaultAccounts).map(account => ({
    ...account,
    callbackUrl: account.callbackUrl ?? (serverUrl === '' ? null : callbackUrl(serverUrl, account.appId)),
  }))
  const world = createWorld({
    accounts,
    addresses: { serverUrl, miniprogramUrl: options.miniprogramUrl ?? '' },
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    ...(options.journalSize === undefined ? {} : { journalSize: options.journalSize }),
  })
  for (const account of accounts) if (account.kind === 'official') world.menus.set(account.appId, defaultMenu)
  if (options.seed !== undefined) world.chance.seed(options.seed)
  if (options.statePath !== undefined) restore(world, options.statePath)
  const stopKeeping = options.statePath === undefined ? () => undefined : keep(world, options.statePath)

  const pushes = createPushes(world)
  const actions = createActions(world, pushes)
  const routes = [
    ...peopleRoutes(world, actions),
    ...couponRoutes(world),
    ...platformRoutes(world, pushes, actions),
    ...controlRoutes(world, pushes, actions),
    ...journalRoutes(world),
    ...tillRoutes(world),
  ]
  const pages = (visit: Visit): boolean => {
    if (visit.path === '/cgi-bin/showqrcode') sendQrCode(world, visit.query.get('ticket') ?? '', visit.response)
    else if (webPages[visit.path] === undefined) return false
    else webPages[visit.path]?.(world, visit)
    return true
  }
  const server = createHttp({ api: wechatApi(world, pushes), pay: payApi(world), pages, routes, files: pageFiles() })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  world.addresses.ownUrl = `http://127.0.0.1:${port}`
  return {
    url: world.addresses.ownUrl,
    world,
    actions,
    pushes,
    stop: async () => {
      pushes.close()
      world.live.close()
      world.clock.close()
      stopKeeping()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
