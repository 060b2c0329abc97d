import { computed, reactive, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { wechat } from '../../api/index.ts'
import { errorText } from '../../api/errors.ts'
import { whenText } from '../../ui/format.ts'

type Result = Awaited<ReturnType<typeof wechat.checkAccount>>
export type Check = Result['check']
/** One step of the self-test: not run, running, or what it has found, in words. */
export interface CheckRow {
  readonly check: Check
  readonly phase: 'none' | 'busy' | 'done'
  readonly tone: 'good' | 'warn' | 'bad' | 'note' | 'quiet'
  readonly text: string
  /** What to do about it; empty when nothing is to be done. */
  readonly fix: string
  readonly quotas: Result['quotas']
  /** Addresses that WeChat pushes from; empty for the other steps. */
  readonly callers: string
}

/** What keeps every call of an account from succeeding: one thing to mend, however many steps are red. */
const OF_ACCOUNT = new Set(['ipNotListed', 'wrongSecret', 'wrongAppId', 'secretFrozen', 'unreachable'])

/** The self-test of an account, step by step. */
export function useChecks(
  account: () => { appId: string; kind: 'official' | 'miniprogram' },
  wanted: readonly Check[],
): { rows: ComputedRef<CheckRow[]>; run: (check: Check) => Promise<Result | null>; runAll: () => Promise<void> } {
  const { t, te, locale } = useI18n()
  const found = reactive(new Map<Check, Result | 'busy' | { failed: string }>())
  const words = (part: 'codes' | 'fixes', { code, facts }: Result): string => {
    const named = `wechat.accounts.check.${part}.${code}`
    const key = te(named)
      ? named
      : code.startsWith('refusedPush.')
        ? `wechat.accounts.check.${part}.refusedPush.other`
        : ''
    if (key === '') return ''
    const at = facts['at']
    return t(key, {
      ...facts,
      reason: facts[locale.value === 'en' ? 'en' : 'zh'] ?? '',
      ...(at === undefined ? {} : { at: whenText(at) }),
      console: t(`wechat.accounts.where.console.${account().kind}`),
      whitelist: t(`wechat.accounts.where.whitelist.${account().kind}`),
    })
  }
  async function run(check: Check): Promise<Result | null> {
    if (found.get(check) === 'busy') return null
    found.set(check, 'busy')
    try {
      const result = await wechat.checkAccount({ params: { appId: account().appId }, body: { check } })
      found.set(check, result)
      return result
    } catch (error) {
      found.set(check, { failed: errorText(error, locale.value) })
      return null
    }
  }
  /** The step above that is red for the same reason of the whole account: there it says what to do, once. */
  const mendedAt = (check: Check, code: string): Check | undefined =>
    OF_ACCOUNT.has(code)
      ? wanted.slice(0, wanted.indexOf(check)).find(above => {
          const one = found.get(above)
          return typeof one === 'object' && 'code' in one && one.code === code
        })
      : undefined
  const rows = computed(() =>
    wanted.map((check): CheckRow => {
      const result = found.get(check)
      const none = { check, fix: '', quotas: [], callers: '' }
      if (result === undefined)
        return { ...none, phase: 'none', tone: 'quiet', text: t('wechat.accounts.check.notRun') }
      if (result === 'busy') return { ...none, phase: 'busy', tone: 'quiet', text: t('wechat.accounts.check.running') }
      if ('failed' in result) return { ...none, phase: 'done', tone: 'bad', text: result.failed }
      const { tone, quotas } = result
      const above = mendedAt(check, result.code)
      if (above !== undefined)
        return {
          ...none,
          phase: 'done',
          tone,
          text: t('wechat.accounts.check.sameCause', { name: t(`wechat.accounts.check.names.${above}`) }),
        }
      const callers = result.facts['list'] ?? ''
      return { check, phase: 'done', tone, text: words('codes', result), fix: words('fixes', result), quotas, callers }
    }),
  )
  return {
    rows,
    run,
    async runAll() {
      await Promise.all(wanted.map(run))
    },
  }
}
