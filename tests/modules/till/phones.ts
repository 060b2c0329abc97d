import { signedCode, turningCode, windowNow, type PhoneSecret } from '../../../miniprogram/src/lib/turning.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import type { ShopWithPeople, Shopper } from '../members/shoppers.ts'

/** A phone that shows its member's code, computed by the mini-program's own code on a clock of its own. */
export interface CodePhone {
  secret: PhoneSecret
  /** The twenty digits that it shows now; `ahead` windows later. */
  code(ahead?: number): string
  /** The same, signed. */
  signed(ahead?: number): string
  /** Asks the shop again, as the page does when it is opened. */
  refresh(): Promise<void>
}

/** Opens the code page on a phone whose clock is so many milliseconds ahead of the shop's. */
export async function codePhone(
  shop: ShopWithPeople,
  member: Shopper,
  { clockAhead = 0, deviceId = `phone-of-${member.phone}-00000` } = {},
): Promise<CodePhone> {
  const now = (): number => shop.clock.now().getTime() + clockAhead
  const ask = async (): Promise<PhoneSecret> => {
    const { serverNow, ...code } = await member.call(tillCodesApi).myCode({ body: { deviceId } })
    return { ...code, offset: new Date(serverNow).getTime() - now(), askedAt: now() }
  }
  const phone = {
    secret: await ask(),
    code: (ahead = 0): string => turningCode(phone.secret, windowNow(phone.secret, now()).window + ahead),
    signed: (ahead = 0): string => {
      const code = signedCode(phone.secret, windowNow(phone.secret, now()).window + ahead)
      if (code === null) throw new Error('the voucher does not reach so far')
      return code
    },
    refresh: async (): Promise<void> => {
      phone.secret = await ask()
    },
  }
  return phone
}
