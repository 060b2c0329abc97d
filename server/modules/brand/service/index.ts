import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { pictureType } from '../../files/index.ts'
import type { Audit } from '../../staff/index.ts'
import { brandErrors, type Brand, type BrandChange } from '../contract.ts'
import { bearsWhite, darkEnough, JADE, palettesOf } from './palette.ts'
import { brandNow, writeBrand, type BrandRow } from '../repository.ts'

/** The largest logo: it travels inside the answer and lies in the phone's storage. */
const LOGO_BYTES = 96 * 1024

function checkLogo(logo: string): void {
  const [, type = '', base64 = ''] = /^data:([a-z/]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(logo) ?? []
  const bytes = Buffer.from(base64, 'base64')
  if (type === '' || pictureType(bytes) !== type) throw brandErrors.logoKind()
  if (bytes.length > LOGO_BYTES) throw brandErrors.logoTooLarge({ limit: `${LOGO_BYTES / 1024} KB` })
}

const shown = (row: BrandRow | undefined): Brand => ({
  version: row?.version ?? 0,
  name: row?.name ?? '',
  colour: row?.colour ?? JADE,
  logo: row?.logo ?? null,
  ...palettesOf(row?.colour ?? JADE),
})

/** Name, colour and logo of the shop. */
export function brandService({ db, clock }: Kernel, audit: Audit) {
  return {
    /** The shop as it looks now; null when the caller has this version already. */
    async brand(have: number | undefined): Promise<Brand | null> {
      const row = await brandNow(db)
      return have !== undefined && have === (row?.version ?? 0) ? null : shown(row)
    },
    /** Sets all three; the same again changes nothing. Throws tooLight, logoKind, logoTooLarge. */
    async put(caller: StaffCaller, change: BrandChange): Promise<Brand> {
      if (!bearsWhite(change.colour)) throw brandErrors.tooLight({ suggestion: darkEnough(change.colour) })
      if (change.logo !== null) checkLogo(change.logo)
      return inTransaction(db, async tx => {
        const before = await brandNow(tx)
        if (before?.name === change.name && before.colour === change.colour && before.logo === change.logo)
          return shown(before)
        await writeBrand(tx, { ...change, updatedAt: clock.now() })
        const after = await brandNow(tx)
        await audit(tx, caller, {
          action: 'brand.change',
          subjectKind: 'brand',
          subjectId: 'shop',
          // The picture itself has no place in the log.
          details: {
            name: [before?.name ?? '', change.name],
            colour: [before?.colour ?? JADE, change.colour],
            logo: before?.logo !== change.logo,
          },
        })
        return shown(after)
      })
    },
  }
}
