import type { Selectable } from 'kysely'
import type { WechatAccount } from '../../../../kernel/config.ts'
import type { DB } from '../../../../kernel/db.ts'
import type { Vault } from '../../../../kernel/vault.ts'

/** An account as it is set up, secrets in clear: never leaves the server. */
export interface Settings extends WechatAccount {
  readonly name: string
  readonly state: 'active' | 'disabled' | 'removed'
  readonly isDefault: boolean
  /** Whether WECHAT_ACCOUNTS names it, or staff have set it up or changed it. */
  readonly source: 'environment' | 'staff'
  readonly keyChangedAt: Date | null
  /** Rises with every change; 0 for one of the environment. */
  readonly version: number
}

export type AccountRow = Selectable<DB['wechat_account']>

const fromEnvironment = (account: WechatAccount): Settings => ({
  ...account,
  name: '',
  state: 'active',
  isDefault: false,
  source: 'environment',
  keyChangedAt: null,
  version: 0,
})

const kindOf = (text: string): Settings['kind'] => (text === 'miniprogram' ? 'miniprogram' : 'official')
const modeOf = (text: string): Settings['mode'] => (text === 'plain' || text === 'compatible' ? text : 'safe')
const stateOf = (text: string): Settings['state'] => (text === 'active' || text === 'removed' ? text : 'disabled')

function templatesOf(json: string): Record<string, string> {
  const read: unknown = JSON.parse(json)
  return typeof read === 'object' && read !== null
    ? Object.fromEntries(Object.entries(read).filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
    : {}
}

/** Opens a row's secrets; throws when the vault lacks the key that sealed them. */
export function openRow(row: AccountRow, vault: Vault): Settings {
  const open = (sealed: string): string => (sealed === '' ? '' : vault.open(sealed))
  return {
    appId: row.appId,
    kind: kindOf(row.kind),
    name: row.name,
    originalId: row.originalId,
    mode: modeOf(row.mode),
    state: stateOf(row.state),
    isDefault: row.defaultOf !== null,
    source: 'staff',
    secret: open(row.secretSealed),
    token: open(row.tokenSealed),
    ...(row.aesKeySealed === null ? {} : { aesKey: open(row.aesKeySealed) }),
    ...(row.previousAesKeySealed === null ? {} : { previousAesKey: open(row.previousAesKeySealed) }),
    keyChangedAt: row.keyChangedAt,
    baseUrl: row.baseUrl,
    templates: templatesOf(row.templatesJson),
    version: row.version,
  }
}

/** A row of settings, secrets sealed; times and version are the caller's. */
export const sealedRow = (settings: Settings, vault: Vault) => ({
  kind: settings.kind,
  name: settings.name,
  originalId: settings.originalId,
  mode: settings.mode,
  state: settings.state,
  defaultOf: settings.isDefault ? settings.kind : null,
  secretSealed: vault.seal(settings.secret),
  tokenSealed: vault.seal(settings.token),
  aesKeySealed: settings.aesKey === undefined ? null : vault.seal(settings.aesKey),
  previousAesKeySealed: settings.previousAesKey === undefined ? null : vault.seal(settings.previousAesKey),
  keyChangedAt: settings.keyChangedAt,
  baseUrl: settings.baseUrl,
  templatesJson: JSON.stringify(settings.templates),
})

const rank = ({ isDefault, kind }: Settings): number => (isDefault ? 0 : 2) + (kind === 'official' ? 0 : 1)

/**
 * The accounts in force: a row of the database wins over the environment's account of the same AppID, whatever its
 * state; the environment only adds what the database does not know. Of each kind the default comes first, and exactly
 * one is the default: the chosen one, else the first that is active.
 */
export function inForce(environment: readonly WechatAccount[], rows: readonly Settings[]): Settings[] {
  const known = new Set(rows.map(row => row.appId))
  const all = [...environment.filter(one => !known.has(one.appId)).map(fromEnvironment), ...rows]
  const usable = (one: Settings): boolean => one.state === 'active'
  const defaults = new Set(
    (['official', 'miniprogram'] as const).flatMap(kind => {
      const ofKind = all.filter(one => one.kind === kind && usable(one))
      const found = ofKind.find(one => one.isDefault) ?? ofKind[0]
      return found === undefined ? [] : [found.appId]
    }),
  )
  return all.map(one => ({ ...one, isDefault: defaults.has(one.appId) })).sort((one, other) => rank(one) - rank(other))
}
