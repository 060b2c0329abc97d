import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Tx } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import {
  wechatErrors,
  type ConsoleEntries,
  type NewWechatAccount,
  type WechatAccountChange,
  type WechatAccountDetail,
  type WechatAccountRow,
} from '../../contract/index.ts'
import {
  clearDefault,
  clearDoor,
  doorsOf,
  insertAccount,
  lockAccount,
  updateAccount,
} from '../../repository/accounts.ts'
import { countFollowers } from '../../repository/relations.ts'
import type { AccountDirectory } from '../accounts.ts'
import { newAesKey, newToken } from './secrets.ts'
import { openRow, sealedRow, type Settings } from './settings.ts'

/** Writes an audit entry in the transaction of the change. */
export type AuditAccounts = (
  tx: Tx,
  caller: StaffCaller | { kind: 'system'; name: string },
  note: { action: string; subjectKind: string; subjectId: string; details?: unknown },
) => Promise<void>

type Detail = z.input<typeof WechatAccountDetail>
type Console = z.input<typeof ConsoleEntries>

const NOTHING_SEEN = { verifiedAt: null, pushedAt: null, refusedAt: null, refusedReason: '' }

/** Setting up accounts: whatever is changed is sealed, written down and seen by every process within seconds. */
export function createAccountSetup(
  { db, clock, vault, config }: Pick<Kernel, 'db' | 'clock' | 'vault' | 'config'>,
  accounts: AccountDirectory,
  audit: AuditAccounts,
) {
  const callbackUrl = (appId: string): string => `${config.PUBLIC_URL}/wechat/${appId}`

  async function rowsOf(shown: readonly Settings[]): Promise<z.input<typeof WechatAccountRow>[]> {
    const doors = await doorsOf(db)
    return Promise.all(
      shown.map(async settings => {
        const { appId, kind, name, state, source, isDefault, mode } = settings
        return {
          appId,
          kind,
          name,
          state: state === 'active' ? ('active' as const) : ('disabled' as const),
          source,
          isDefault,
          mode,
          callbackUrl: callbackUrl(appId),
          followers: kind === 'official' ? await countFollowers(db, appId) : null,
          door: doors.get(appId) ?? NOTHING_SEEN,
        }
      }),
    )
  }

  /** One account; throws notFound. */
  async function get(appId: string): Promise<Detail> {
    const settings = accounts.settings.find(one => one.appId === appId && one.state !== 'removed')
    if (settings === undefined) throw commonErrors.notFound()
    const [shown] = await rowsOf([settings])
    if (shown === undefined) throw commonErrors.notFound()
    const { originalId, baseUrl, templates, keyChangedAt, version } = settings
    const hasPreviousKey = settings.previousAesKey !== undefined
    return { ...shown, originalId, baseUrl, templates, hasPreviousKey, keyChangedAt, version }
  }

  /** Writes settings over those of a version; what only the environment has named becomes a row of the database. */
  async function write(tx: Tx, next: Settings, version: number): Promise<void> {
    const now = clock.now()
    const row = sealedRow(next, vault)
    const write = async (): Promise<boolean> => {
      if (version > 0) return updateAccount(tx, next.appId, version, { ...row, changedAt: now })
      await insertAccount(tx, { appId: next.appId, ...row, createdAt: now, changedAt: now })
      return true
    }
    const done = await write().catch((error: unknown) => {
      // Somebody else has made the row, or the default, at the same moment.
      if (uniqueViolation(error) === null) throw error
      return false
    })
    if (!done) throw commonErrors.conflict()
  }

  /** What is set up now, locked; the environment's account where the database has none. */
  async function current(tx: Tx, appId: string, version: number): Promise<Settings> {
    const row = await lockAccount(tx, appId)
    const found =
      row === undefined
        ? accounts.settings.find(one => one.appId === appId && one.source === 'environment')
        : openRow(row, vault)
    if (found === undefined || found.state === 'removed') throw commonErrors.notFound()
    if (found.version !== version) throw commonErrors.conflict()
    return found
  }

  /** Runs a change in one transaction, then reads the accounts anew for this process. */
  async function changing<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await inTransaction(db, work)
    await accounts.refresh()
    return result
  }

  const note = (action: string, appId: string, details?: unknown) => ({
    action: `wechat.${action}`,
    subjectKind: 'wechatAccount',
    subjectId: appId,
    ...(details === undefined ? {} : { details }),
  })

  return {
    list: () => rowsOf(accounts.settings.filter(one => one.state !== 'removed')),
    get,

    /** Connects an account with a fresh token and key; throws accountKnown. */
    async add(caller: StaffCaller, given: NewWechatAccount): Promise<{ account: Detail; console: Console }> {
      const { appId, kind, name, mode, secret, originalId } = given
      const token = newToken()
      const aesKey = newAesKey()
      await changing(async tx => {
        const row = await lockAccount(tx, appId)
        const known = row !== undefined && row.state !== 'removed'
        if (known || (row === undefined && accounts.settings.some(one => one.appId === appId)))
          throw wechatErrors.accountKnown({ appId })
        const next: Settings = {
          appId,
          kind,
          name,
          mode,
          secret,
          originalId,
          token,
          aesKey,
          state: 'active',
          isDefault: false,
          source: 'staff',
          templates: {},
          version: 0,
          keyChangedAt: clock.now(),
          baseUrl: given.baseUrl ?? config.WECHAT_API_URL,
        }
        await write(tx, next, row?.version ?? 0)
        await clearDoor(tx, appId)
        await audit(tx, caller, note('addAccount', appId, { kind, name, mode }))
      })
      return { account: await get(appId), console: { callbackUrl: callbackUrl(appId), token, aesKey } }
    },

    /** Changes what is given; throws conflict when somebody else was first. */
    async change(caller: StaffCaller, appId: string, change: WechatAccountChange): Promise<Detail> {
      const { version, secret, isDefault, ...rest } = change
      await changing(async tx => {
        const now = await current(tx, appId, version)
        const merged: Settings = {
          ...now,
          ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
          secret: secret ?? now.secret,
        }
        if (merged.mode !== 'plain' && merged.aesKey === undefined) merged.aesKey = newAesKey()
        if (isDefault === true) await clearDefault(tx, now.kind, clock.now())
        // Who is switched off can be nobody's default.
        const chosen = merged.state === 'active' && (isDefault === true || now.isDefault)
        await write(tx, { ...merged, isDefault: chosen }, version)
        const changed = Object.keys(change).filter(key => key !== 'version')
        await audit(tx, caller, note('changeAccount', appId, { changed, ...(rest.state ? { state: rest.state } : {}) }))
      })
      return get(appId)
    },

    /** A new message key; the one before stays readable. With `token` a new token too, and then the old one is dead. */
    async renewKeys(
      caller: StaffCaller,
      appId: string,
      { version, token: alsoToken }: { version: number; token: boolean },
    ): Promise<{ account: Detail; console: Console }> {
      const aesKey = newAesKey()
      const token = alsoToken ? newToken() : null
      await changing(async tx => {
        const now = await current(tx, appId, version)
        const next: Settings = {
          ...now,
          aesKey,
          ...(now.aesKey === undefined ? {} : { previousAesKey: now.aesKey }),
          token: token ?? now.token,
          keyChangedAt: clock.now(),
        }
        await write(tx, next, version)
        await audit(tx, caller, note('renewKeys', appId, { token: alsoToken }))
      })
      return { account: await get(appId), console: { callbackUrl: callbackUrl(appId), token, aesKey } }
    },

    /** Takes an account away: a row without secrets stays, so that the environment does not bring it back. */
    async remove(caller: StaffCaller, appId: string): Promise<void> {
      await changing(async tx => {
        const version = accounts.settings.find(one => one.appId === appId)?.version ?? 0
        const row = await lockAccount(tx, appId)
        const now = await current(tx, appId, row?.version ?? version)
        const { aesKey: _key, previousAesKey: _previous, ...kept } = now
        const gone: Settings = { ...kept, state: 'removed', isDefault: false, secret: '', token: '', templates: {} }
        await write(tx, gone, now.version)
        await clearDoor(tx, appId)
        await audit(tx, caller, note('removeAccount', appId, { kind: now.kind, name: now.name }))
      })
    },
  }
}
export type AccountSetup = ReturnType<typeof createAccountSetup>
