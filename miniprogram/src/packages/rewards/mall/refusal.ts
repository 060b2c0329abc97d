import type { shop } from '../../../api/index.ts'
import { fenPrice, shortMoment, whole } from '../../../lib/format.ts'
import { fill, inLanguage } from '../../../lib/i18n/index.ts'
import * as own from './words.ts'

type Product = Awaited<ReturnType<typeof shop.rewards.mall>>['items'][number]

/** Why a product cannot be had now, in a few words; '' when it can. */
export function refusalText(product: Product, points: number | null): string {
  const { refusal, opensAt, tier } = product
  if (refusal === null) return ''
  return fill(inLanguage(own).refused[refusal], {
    time: opensAt === null ? '' : shortMoment(opensAt),
    tier: tier === null ? '' : inLanguage(tier),
    points: whole(Math.max(0, product.points - (points ?? 0))),
  })
}

/** Fen of a price as '¥19.90'; '' for nothing. */
export const fenText = (fen: number): string => (fen === 0 ? '' : fenPrice(fen))
