import { useI18n } from 'vue-i18n'
import { type MessageOutcome, outcomeTone } from './outcomes.ts'

/** What became of a person's coupon and message, in words and colour; a word that is not known yet shows as it came. */
export function useOutcome(): {
  couponText: (state: string) => string
  messageText: (state: string) => string
  messageTone: (state: string) => (typeof outcomeTone)[MessageOutcome]
} {
  const { t, te } = useI18n()
  return {
    couponText: state => (te(`campaigns.couponOutcome.${state}`) ? t(`campaigns.couponOutcome.${state}`) : state),
    messageText: state => (te(`campaigns.outcome.${state}`) ? t(`campaigns.outcome.${state}`) : state),
    messageTone: state => outcomeTone[state as MessageOutcome] ?? 'quiet',
  }
}
