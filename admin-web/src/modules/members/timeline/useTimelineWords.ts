import { useI18n } from 'vue-i18n'
import type { members } from '../../../api/index.ts'
import { useOutcome } from '../../campaigns/useOutcome.ts'
import { useAuditWords } from '../../staff/audit-words.ts'
import { useMessageWords } from '../../wechat/useMessageWords.ts'

export type Happening = Awaited<ReturnType<typeof members.timeline>>['items'][number]
/** What a line says: what happened, what it was about, and what is to be known besides. */
interface Said {
  readonly what: string
  readonly text: string
  readonly notes: readonly string[]
}

/** Each entry of the timeline as a sentence, by the words that its own room uses. */
export function useTimelineWords(storeName: (code: string | null) => string): (row: Happening) => Said {
  const { t, te } = useI18n()
  const { actText } = useAuditWords()
  const { couponText, messageText } = useOutcome()
  const { routeText, stateText } = useMessageWords()
  const known = (key: string, otherwise: string): string => (te(key) ? t(key) : otherwise)
  const store = (row: Happening): string => (row.storeCode === null ? '' : storeName(row.storeCode))

  const say: Readonly<Record<Happening['kind'], (row: Happening) => Said>> = {
    receipt: row => ({
      what: known(`members.receipts.types.${row.what}`, row.what),
      text: [store(row), row.text ?? ''].filter(Boolean).join(' · '),
      notes: [],
    }),
    points: row => ({ what: known(`members.points.reasons.${row.what}`, row.what), text: '', notes: [row.note ?? ''] }),
    coupon: row => ({
      what: known(`coupons.page.kinds.${row.what}`, row.what),
      text: row.text ?? '',
      notes: [row.note ?? ''],
    }),
    tier: row => ({ what: t(`members.timeline.tiers.${row.what}`, { tier: row.text ?? '' }), text: '', notes: [] }),
    campaign: row => ({
      what: t('members.timeline.campaign'),
      text: row.text ?? '',
      notes: [couponText(row.what), row.detail === null ? '' : messageText(row.detail), row.note ?? ''],
    }),
    message: row => ({
      what: routeText(row.detail ?? '', ''),
      text: row.text ?? '',
      notes: [stateText(row.what), row.note ?? ''],
    }),
    ticket: row => ({
      what: t(`members.timeline.tickets.${row.what}`, { number: row.note ?? '' }),
      text: [known(`tickets.kind.${row.detail ?? ''}`, ''), row.text ?? ''].filter(Boolean).join(' · '),
      notes: [store(row)],
    }),
    consent: row => ({
      what: t(`members.timeline.consents.${row.what}`),
      text: known(`members.page.consent.${row.detail ?? ''}`, row.detail ?? ''),
      notes: [known(`identity.consentSource.${row.note ?? ''}`, row.note ?? ''), row.text ?? ''],
    }),
    identity: row => ({
      what: t(`members.timeline.identities.${row.what}`, { kind: known(`identity.kind.${row.detail ?? ''}`, '') }),
      text: [row.text ?? '', store(row)].filter(Boolean).join(' · '),
      notes: [row.what === 'enrolled' ? known(`members.source.${row.detail ?? ''}`, '') : '', row.note ?? ''],
    }),
    log: row => ({ what: actText(row.what), text: '', notes: [row.note ?? ''] }),
  }
  return row => {
    const said = say[row.kind](row)
    const by = row.by === null || row.by === '' ? '' : t('members.timeline.by', { name: row.by })
    return { ...said, notes: [...said.notes, by].filter(Boolean) }
  }
}
