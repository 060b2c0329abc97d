import { coupons } from '../../api/index.ts'
import { type Load, useLoad } from '../../ui/useLoad.ts'

export type Template = Awaited<ReturnType<typeof coupons.templates>>['items'][number]

/** The coupon templates that a campaign may issue. */
export const useTemplates = (): Load<readonly Template[]> =>
  useLoad<readonly Template[]>(async () => (await coupons.templates({ query: { state: 'active', limit: 100 } })).items)
