import { checkedCodes, plainCode } from '../../../kernel/check-code.ts'

/** Pick-up codes: T, 10 letters by chance (2^50 of them), a check letter; a till knows them by the letter. */
const codes = checkedCodes('T', 12)

export const newPickupCode = codes.make

/** A pick-up code as scanned or typed; null when it cannot be one. */
export function pickupCodeOf(text: string): string | null {
  const plain = plainCode(text)
  return codes.is(plain) ? plain : null
}
