import type { Banner } from '../../../../server/modules/brand/contract.ts'
import { inLanguage } from '../../lib/i18n/index.ts'

/** The banner as the first tab shows it. */
export interface BannerView {
  text: string
  /** where its picture lies; '' = the line stands alone */
  picture: string
  /** the page behind it; '' = it leads nowhere */
  page: string
}

const pages: Record<Banner['leadsTo'], string> = {
  none: '',
  coupons: '/packages/shopping/centre/centre',
  mall: '/packages/rewards/mall/mall',
  signIn: '/packages/rewards/signin/signin',
  lottery: '/packages/rewards/lottery/lottery',
  referral: '/packages/rewards/referral/referral',
}

/** Puts the shop's banner into the phone's language. */
export const bannerView = ({ pictureId, text, leadsTo }: Banner): BannerView => ({
  text: inLanguage(text),
  picture: pictureId === null ? '' : `${__API_BASE__}/public/brand/pictures/${pictureId}`,
  page: pages[leadsTo],
})
