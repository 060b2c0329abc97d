import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { serverAccounts } from '../../sandbox/accounts.ts'
import { builtClients } from '../builds.ts'
import type { Services } from '../services/index.ts'
import { freePort } from '../services/ports.ts'

/** Addresses of the running demo. */
export interface Addresses {
  server: string
  sandbox: string
}

/** Two free addresses of this machine, the usual ones if nobody has them. */
export async function chooseAddresses(): Promise<Addresses> {
  const server = await freePort(7300)
  return { server: `http://127.0.0.1:${server}`, sandbox: `http://127.0.0.1:${await freePort(7400)}` }
}

/** The whole environment of the demo's processes. Keys are made once, for what they have sealed must stay readable. */
export function demoEnvironment(
  home: string,
  services: Services,
  { server, sandbox }: Addresses,
): Record<string, string> {
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    ...keys(path.join(home, 'env.json')),
    ...services,
    HOST: '127.0.0.1',
    PORT: new URL(server).port,
    PUBLIC_URL: server,
    DATA_DIR: path.join(home, 'data'),
    ...builtClients,
    WECHAT_ACCOUNTS: JSON.stringify(serverAccounts(sandbox)),
    WECHAT_API_URL: sandbox,
    SMS_URL: `${sandbox}/sms/send`,
    SANDBOX_PORT: new URL(sandbox).port,
    SERVER_URL: server,
    SANDBOX_STATE: path.join(home, 'sandbox.json'),
    MINIPROGRAM_URL: `${server}/m/`,
    SANDBOX_URL: sandbox,
  }
}

function keys(file: string): Record<string, string> {
  if (!existsSync(file)) {
    const secret = (): string => randomBytes(32).toString('base64')
    writeFileSync(file, JSON.stringify({ VAULT_KEYS: `v1:${secret()}`, VAULT_LOOKUP_KEY: secret() }), { mode: 0o600 })
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}
