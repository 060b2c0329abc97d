import type { TillTerms } from '../contract/codes.ts'

type PointsTerms = TillTerms['points']

/** Points, and the fen that they pay. */
export interface PointsPayment {
  readonly points: number
  readonly fen: number
}

const NOTHING: PointsPayment = { points: 0, fen: 0 }

/** What so many points pay, fen; a part of a fen is cut. */
export const fenOfPoints = (points: number, terms: PointsTerms): number => Math.floor((points * 100) / terms.perYuan)

/** The most points that a member may use for what is to be paid: whole steps, within the balance and the share that points may pay. */
export function mostPoints(balance: number, payable: number, terms: PointsTerms): PointsPayment {
  const fen = Math.floor((Math.max(0, payable) * terms.maxPercent) / 100)
  // k points pay at most `fen` as long as k·100 < (fen + 1)·perYuan.
  const byShare = Math.ceil(((fen + 1) * terms.perYuan) / 100) - 1
  const points = Math.floor(Math.min(Math.max(0, balance), byShare) / terms.step) * terms.step
  const worth = fenOfPoints(points, terms)
  return worth === 0 ? NOTHING : { points, fen: worth }
}

/** Why a member may not use so many points here; null = may. */
export function pointsRefusal(
  wanted: number,
  balance: number,
  payable: number,
  terms: PointsTerms,
): { code: 'notEnough' | 'step' | 'tooMuch'; zh: string; en: string } | null {
  if (wanted > Math.max(0, balance)) return { code: 'notEnough', zh: '积分不够', en: 'Not enough points' }
  if (wanted % terms.step !== 0)
    return { code: 'step', zh: `积分须为${terms.step}的整数倍`, en: `In steps of ${terms.step} points` }
  if (fenOfPoints(wanted, terms) > Math.floor((Math.max(0, payable) * terms.maxPercent) / 100))
    return {
      code: 'tooMuch',
      zh: `积分最多抵${terms.maxPercent}%`,
      en: `Points pay at most ${terms.maxPercent} %`,
    }
  return null
}

/**
 * Points that go back when so much of what was paid has come back: cut, and the last return brings the rest; so any
 * returns in any order give back exactly what was used.
 */
export const pointsBackAfter = (points: number, refunded: number, paid: number): number =>
  refunded >= paid || paid <= 0 ? points : Math.floor((points * Math.max(0, refunded)) / paid)
