import { useI18n } from 'vue-i18n'
import type { wechat } from '../../api/index.ts'

/** A mass message as the server tells of it. */
export type MassRow = Awaited<ReturnType<typeof wechat.mass>>
export const massStates = ['planned', 'sending', 'submitted', 'sent', 'failed', 'unknown', 'withdrawn'] as const

/** How mass messages are named: what they are called, whom they are for, what their state looks like. */
export function useMassWords() {
  const { t } = useI18n()
  const said = ({ content }: MassRow): string => {
    if (content === null) return t('wechat.masses.page.gone')
    if (content.type === 'text') return content.text.slice(0, 24)
    return content.type === 'article' && content.title !== ''
      ? content.title
      : t(`wechat.masses.form.types.${content.type}`)
  }
  return {
    nameOf: (row: MassRow): string =>
      [
        row.title === '' ? said(row) : row.title,
        row.parts > 1 ? t('wechat.masses.part', { part: row.part, parts: row.parts }) : '',
      ]
        .filter(Boolean)
        .join(' · '),
    targetOf: (row: MassRow): string => t(`wechat.masses.targets.${row.target}`, { name: row.targetName }),
    tone: (state: MassRow['state']): 'good' | 'warn' | 'bad' | 'quiet' =>
      state === 'sent' ? 'good' : state === 'failed' ? 'bad' : state === 'withdrawn' ? 'quiet' : 'warn',
  }
}
