/** The thirty-one characters of a unified social credit code, by their worth: no I, O, S, V, Z (GB 32100-2015, table 1). */
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** As a person writes it: spaces and hyphens go, letters are capital. */
export const tidyTaxNumber = (text: string): string => text.replaceAll(/[\s-]/g, '').toUpperCase()

/**
 * Whether a text is a tax number, which is the unified social credit code: 18 characters, the last of them the check
 * character, 31 less the sum of each character's worth times 3 to the power of its place, modulo 31 (GB 32100-2015).
 */
export function isTaxNumber(text: string): boolean {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) return false
  let sum = 0
  let weight = 1
  for (const character of text.slice(0, 17)) {
    sum += CHARACTERS.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  return CHARACTERS[(31 - (sum % 31)) % 31] === text[17]
}
