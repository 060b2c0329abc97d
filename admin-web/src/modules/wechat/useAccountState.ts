import { useI18n } from 'vue-i18n'
import type { wechat } from '../../api/index.ts'

export type AccountRow = Awaited<ReturnType<typeof wechat.accounts>>['items'][number]
export type Account = Awaited<ReturnType<typeof wechat.account>>
export type Door = AccountRow['door']
export type Entries = Awaited<ReturnType<typeof wechat.addAccount>>['console']

/** A refusal that nothing good has followed. */
export const refusing = ({ refusedAt, pushedAt, verifiedAt }: Door): boolean =>
  refusedAt !== null && refusedAt > (pushedAt ?? '') && refusedAt > (verifiedAt ?? '')

/** How an account stands, as a colour and a word. */
export function useAccountState(): {
  stateOf: (row: AccountRow) => { tone: 'good' | 'warn' | 'bad' | 'quiet'; label: string }
  nameOf: (row: AccountRow) => string
} {
  const { t } = useI18n()
  return {
    stateOf({ state, door }) {
      if (state === 'disabled') return { tone: 'quiet', label: t('wechat.accounts.list.off') }
      if (refusing(door)) return { tone: 'bad', label: t('wechat.accounts.list.refusing') }
      if (door.pushedAt !== null) return { tone: 'good', label: t('wechat.accounts.list.receiving') }
      return door.verifiedAt === null
        ? { tone: 'warn', label: t('wechat.accounts.list.waiting') }
        : { tone: 'good', label: t('wechat.accounts.list.quiet') }
    },
    nameOf: ({ name, kind }) => (name === '' ? t(`wechat.accounts.kinds.${kind}`) : name),
  }
}
