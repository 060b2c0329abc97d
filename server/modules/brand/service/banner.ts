import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { BannerSetting, brandErrors, type Banner, type BannerChange } from '../contract.ts'
import { bannerNow, findPicture, writeBanner, type BannerRow } from '../repository.ts'

const { leadsTo: Page } = BannerSetting.shape
/** What is set before anybody has set anything. */
const NOTHING: BannerChange = {
  isOn: false,
  pictureId: null,
  text: { zh: '', en: '' },
  leadsTo: 'none',
  from: null,
  until: null,
}

const settingOf = (row: BannerRow | undefined): BannerChange =>
  row === undefined
    ? NOTHING
    : {
        isOn: row.isOn === 1,
        pictureId: row.pictureId,
        text: { zh: row.textZh, en: row.textEn },
        leadsTo: Page.parse(row.leadsTo),
        from: row.fromDay,
        until: row.untilDay,
      }

function stateOn(day: string, { isOn, from, until }: BannerChange): BannerSetting['state'] {
  if (!isOn) return 'off'
  if (from !== null && day < from) return 'soon'
  return until !== null && day > until ? 'over' : 'shown'
}

/** The banner below the member code. */
export function shopBanner({ db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>, audit: Audit) {
  const withState = (setting: BannerChange): BannerSetting => ({
    ...setting,
    state: stateOn(shopDay(clock.now(), config.SHOP_ZONE), setting),
  })
  return {
    /** The banner that shoppers see today, by the shop's day; null when there is none. */
    async shown(): Promise<Banner | null> {
      const { state, pictureId, text, leadsTo } = withState(settingOf(await bannerNow(db)))
      return state === 'shown' ? { pictureId, text: { zh: text.zh, en: text.en || text.zh }, leadsTo } : null
    },

    setting: async (): Promise<BannerSetting> => withState(settingOf(await bannerNow(db))),

    /** Sets all of it; the same again changes nothing. Throws badDays, noPicture. */
    async put(caller: StaffCaller, change: BannerChange): Promise<BannerSetting> {
      const { isOn, pictureId, text, leadsTo, from, until } = change
      if (from !== null && until !== null && until < from) throw brandErrors.badDays()
      return inTransaction(db, async tx => {
        if (pictureId !== null && (await findPicture(tx, pictureId)) === undefined) throw brandErrors.noPicture()
        const before = settingOf(await bannerNow(tx))
        const after = { isOn, pictureId, text, leadsTo, from, until }
        if (JSON.stringify(after) === JSON.stringify(before)) return withState(before)
        await writeBanner(tx, {
          isOn: isOn ? 1 : 0,
          pictureId,
          textZh: text.zh,
          textEn: text.en,
          leadsTo,
          fromDay: from,
          untilDay: until,
          updatedAt: clock.now(),
        })
        await audit(tx, caller, {
          action: 'brand.change',
          subjectKind: 'brand',
          subjectId: 'banner',
          details: { before, after },
        })
        return withState(after)
      })
    },
  }
}
export type ShopBanner = ReturnType<typeof shopBanner>
