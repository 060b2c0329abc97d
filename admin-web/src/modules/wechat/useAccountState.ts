import { useI18n } from 'vue-i18n'
import type { wechat } from '../../api/index.ts'

export type AccountRow = Awaited<ReturnType<typeof wechat.accounts>>['items'][number]
export type Account = Awaited<ReturnType<typeof wechat.account>>
export type Door = AccountRow['door']
export type Entries = Awaited<ReturnType<typeof wechat.addAccount>>['console']

/** Where WeChat itself is called. */
export const WECHAT = 'https://api.weixin.qq.com'

/** Whether WeChat can come to an address at all: a public name, on port 80 or 443 (wechat-protocol §1.1). */
export function isPublicAddress(address: string): boolean {
  const { hostname, port } = new URL(address)
  const isNumber = /^[\d.]+$|^\[/.test(hostname)
  return port === '' && !isNumber && hostname.includes('.') && !/\.(local|internal|lan|test)$/.test(hostname)
}

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
