import { maskName, maskPhone, type Vault } from '../../../kernel/vault.ts'

/** A name as it is compared: width and case do not matter, spaces neither. */
export const plainName = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase()

/** A phone as it is compared: '+86 138-1234-1234' and '13812341234' are one; null when it is not a mobile number. */
export function plainPhone(text: string): string | null {
  const digits = text
    .normalize('NFKC')
    .replaceAll(/[\s\-()]/g, '')
    .replace(/^(\+?86)(?=1\d{10}$)/, '')
  return /^1\d{10}$/.test(digits) ? digits : null
}

/** The columns that hold a phone: sealed, and two keyed hashes to find it by. */
export const phoneColumns = (vault: Vault, phone: string) => ({
  phoneSealed: vault.seal(phone),
  phoneHash: phoneHash(vault, phone),
  phoneLast4Hash: vault.hash('phone4', phone.slice(-4)),
})

/** The columns that hold a name. */
export const nameColumns = (vault: Vault, name: string) => ({
  nameSealed: vault.seal(name),
  nameHash: nameHash(vault, name),
})

/** The keyed hash of a phone, as members and sales look it up. */
export const phoneHash = (vault: Vault, phone: string): string => vault.hash('phone', phone)
export const nameHash = (vault: Vault, name: string): string => vault.hash('name', plainName(name))

/** 138****1234 of a sealed phone; empty when there is none. */
export const maskedPhone = (vault: Vault, sealed: string | null): string =>
  sealed === null ? '' : maskPhone(vault.open(sealed))
/** 王** of a sealed name; empty when there is none. */
export const maskedName = (vault: Vault, sealed: string | null): string =>
  sealed === null ? '' : maskName(vault.open(sealed))
