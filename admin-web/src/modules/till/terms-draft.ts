import type { TillTerms } from '../../../../server/modules/till/contract/codes.ts'

/** What tills may do as a form holds it; amounts in yuan, an empty number is undefined. */
export interface TermsDraft {
  staticCards: TillTerms['staticCards']
  perYuan: number | undefined
  step: number | undefined
  maxPercent: number | undefined
  saleCap: number | undefined
  dayCap: number | undefined
  hours: number | undefined
}

/** The terms as the form shows them. */
export const termsDraftOf = ({ staticCards, points, offline }: TillTerms): TermsDraft => ({
  staticCards,
  ...points,
  saleCap: offline.saleCap / 100,
  dayCap: offline.dayCap / 100,
  hours: offline.hours,
})

/** The terms that the form says; null while a number is missing. */
export function termsOfDraft(draft: TermsDraft): TillTerms | null {
  const { staticCards, perYuan, step, maxPercent, saleCap, dayCap, hours } = draft
  if (perYuan === undefined || step === undefined || maxPercent === undefined) return null
  if (saleCap === undefined || dayCap === undefined || hours === undefined) return null
  return {
    staticCards,
    points: { perYuan, step, maxPercent },
    offline: { saleCap: Math.round(saleCap * 100), dayCap: Math.round(dayCap * 100), hours },
  }
}
