import { memoryTokenStore, wechatClient, WechatError, type WechatClient } from 'wechat-api-ts'
import type { z } from 'zod'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { AccountCheck, CheckResult } from '../../contract/index.ts'
import { doorsOf } from '../../repository/accounts.ts'
import { hostsOf, type Account, type AccountDirectory } from '../accounts.ts'
import type { UsedMaterials } from '../replies/used-materials.ts'
import type { Settings } from './settings.ts'

type Found = Omit<z.input<typeof CheckResult>, 'check' | 'at' | 'quotas' | 'facts'> &
  Partial<Pick<z.input<typeof CheckResult>, 'quotas' | 'facts'>>

const TIMEOUT_MS = 8_000
/** A refusal that is newer than the last good push is worth a word. */
const RECENT_MS = 3_600_000

/** The endpoints whose calls a day are worth a look, by kind. */
const COUNTED: Readonly<Record<Settings['kind'], readonly string[]>> = {
  official: [
    '/cgi-bin/message/template/send',
    '/cgi-bin/message/custom/send',
    '/cgi-bin/message/mass/sendall',
    '/cgi-bin/user/info',
    '/cgi-bin/menu/create',
  ],
  miniprogram: ['/cgi-bin/message/subscribe/send', '/wxa/business/getuserphonenumber', '/wxa/getwxacodeunlimit'],
}

/** The address that WeChat saw us come from, in the words of error 40164. */
const ipIn = (detail: string): string => /invalid ip ([\d.]{7,15}|[\da-f:]{3,39})/i.exec(detail)?.[1] ?? ''

/** What a failed call means for whoever sets the account up. */
function failed(error: unknown): Found {
  if (!(error instanceof WechatError)) throw error
  const facts = { message: error.detail.slice(0, 200), zh: error.zh, en: error.en }
  const bad = (code: string, more: Record<string, string> = {}): Found => ({
    tone: 'bad',
    code,
    facts: { ...facts, ...more },
  })
  switch (error.code) {
    case null:
      return bad('unreachable')
    case 40164:
      return bad('ipNotListed', { ip: ipIn(error.detail) })
    case 40001:
    case 40125:
    case 41004:
      return bad('wrongSecret')
    case 40013:
    case 41002:
      return bad('wrongAppId')
    case 40243:
      return bad('secretFrozen')
    case 48001:
      return bad('noRight')
    case 45009:
      return bad('quotaSpent')
    default:
      return bad('refused', { errcode: String(error.code) })
  }
}

/** The steps of the self-test: each asks WeChat or looks at what has come from it, and says what to do when it is red. */
export function createAccountChecks(
  { db, clock }: Pick<Kernel, 'db' | 'clock'>,
  accounts: AccountDirectory,
  /** What WeChat has of the materials an account answers with; uploads anew what it has lost. */
  lookAtMaterials: (account: Account) => Promise<UsedMaterials>,
) {
  /** A client with a memory of its own: a test of the secret must not be answered from a token that was fetched before. */
  const fresh = ({ appId, secret, baseUrl }: Settings): WechatClient =>
    wechatClient({ appId, secret, ...hostsOf(baseUrl), tokenStore: memoryTokenStore(), timeoutMs: TIMEOUT_MS })

  async function token(settings: Settings): Promise<Found> {
    const { expires_in } = await fresh(settings).credentials.stableToken({ grant_type: 'client_credential' })
    return { tone: 'good', code: 'tokenGood', facts: { minutes: String(Math.floor(expires_in / 60)) } }
  }

  async function callback({ appId }: Settings): Promise<Found> {
    const door = (await doorsOf(db)).get(appId)
    const { verifiedAt = null, pushedAt = null, refusedAt = null, refusedReason = '' } = door ?? {}
    const lastGood = Math.max(verifiedAt?.getTime() ?? 0, pushedAt?.getTime() ?? 0)
    const recent = refusedAt !== null && clock.now().getTime() - refusedAt.getTime() < RECENT_MS
    if (refusedAt !== null && recent && refusedAt.getTime() > lastGood)
      return { tone: 'bad', code: `refusedPush.${refusedReason}`, facts: { at: refusedAt.toISOString() } }
    if (pushedAt !== null) return { tone: 'good', code: 'pushed', facts: { at: pushedAt.toISOString() } }
    if (verifiedAt !== null) return { tone: 'good', code: 'verified', facts: { at: verifiedAt.toISOString() } }
    return { tone: 'warn', code: 'neverCalled' }
  }

  /** WeChat itself tries to find and reach the callback's address (wechat-protocol §3.11). */
  async function reach(settings: Settings): Promise<Found> {
    const { dns = [], ping = [] } = await fresh(settings).network.check({ action: 'all', check_operator: 'DEFAULT' })
    const losses = ping.map(({ package_loss = '' }) => Number.parseFloat(package_loss))
    const facts = {
      ip: dns.map(({ ip }) => ip).join(' '),
      loss: String(Math.max(0, ...losses.filter(Number.isFinite))),
    }
    if (dns.length === 0) return { tone: 'bad', code: 'noAddress', facts }
    if (ping.length > 0 && losses.every(loss => loss >= 100)) return { tone: 'bad', code: 'noWay', facts }
    return losses.some(loss => loss > 0)
      ? { tone: 'warn', code: 'lossy', facts }
      : { tone: 'good', code: 'reachable', facts }
  }

  async function ips(settings: Settings): Promise<Found> {
    const { ip_list } = await fresh(settings).network.callbackIps()
    const list = ip_list.slice(0, 200).join(' ')
    return { tone: 'good', code: 'ipsGood', facts: { count: String(ip_list.length), list } }
  }

  async function quota(settings: Settings): Promise<Found> {
    const client = fresh(settings)
    const quotas: NonNullable<Found['quotas']> = []
    for (const path of COUNTED[settings.kind]) {
      try {
        const { quota: found } = await client.quota.get({ cgi_path: path })
        quotas.push({ path, limit: found.daily_limit, used: found.used, remain: found.remain })
      } catch (error) {
        // 76021: an account without this right has no count for it (wechat-protocol §3.11).
        if (!(error instanceof WechatError) || error.code !== 76021) throw error
      }
    }
    const short = quotas.filter(({ limit, remain }) => limit > 0 && remain * 10 < limit)
    const spent = short.some(({ remain }) => remain <= 0)
    if (spent) return { tone: 'bad', code: 'quotaSpent', quotas }
    return short.length > 0 ? { tone: 'warn', code: 'quotaShort', quotas } : { tone: 'good', code: 'quotaGood', quotas }
  }

  async function menu(settings: Settings): Promise<Found> {
    if (settings.kind === 'miniprogram') return { tone: 'note', code: 'noMenuHere' }
    const { is_menu_open, selfmenu_info } = await fresh(settings).menus.current()
    const buttons = selfmenu_info?.button?.length ?? 0
    return is_menu_open === 1 && buttons > 0
      ? { tone: 'good', code: 'menuGood', facts: { count: String(buttons) } }
      : { tone: 'warn', code: 'menuNone' }
  }

  async function materials({ appId }: Settings): Promise<Found> {
    const account = accounts.byId(appId)
    if (account === null || account.kind === 'miniprogram') return { tone: 'note', code: 'noRepliesHere' }
    const { used, renewed, lost, menuEntries } = await lookAtMaterials(account)
    const facts = { used: String(used), renewed: String(renewed), lost: String(lost) }
    if (menuEntries > 0)
      return { tone: 'bad', code: 'materialsOfMenu', facts: { ...facts, entries: String(menuEntries) } }
    if (lost > 0) return { tone: 'bad', code: 'materialsLost', facts }
    if (renewed > 0) return { tone: 'warn', code: 'materialsRenewed', facts }
    return { tone: 'good', code: used === 0 ? 'materialsNone' : 'materialsGood', facts }
  }

  const steps: Readonly<Record<AccountCheck, (settings: Settings) => Promise<Found>>> = {
    token,
    callback,
    reach,
    ips,
    quota,
    menu,
    materials,
  }

  return async (appId: string, check: AccountCheck): Promise<z.input<typeof CheckResult>> => {
    await accounts.refresh()
    const settings = accounts.settings.find(one => one.appId === appId && one.state !== 'removed')
    if (settings === undefined) throw commonErrors.notFound()
    const found = await steps[check](settings).catch(failed)
    return { check, at: clock.now(), quotas: [], facts: {}, ...found }
  }
}
