import { maskName, maskPhone, type Vault } from '../../../kernel/vault.ts'
import { birthdayText, readBirthday } from './birthday.ts'

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

/** The columns that hold a birthday, as birthday.ts writes it or with the year of an old file. */
export const birthdayColumns = (vault: Vault, text: string | null) => {
  const birthday = text === null ? null : readBirthday(text)
  return {
    birthdaySealed: text === null ? null : vault.seal(text),
    birthdayHash: birthday === null ? null : birthdayHash(vault, birthdayText(birthday)),
  }
}

/** The keyed hash of a birthday without its year. */
export const birthdayHash = (vault: Vault, text: string): string => vault.hash('birthday', text)

/** The keyed hash of a phone, as members and sales look it up. */
export const phoneHash = (vault: Vault, phone: string): string => vault.hash('phone', phone)
export const nameHash = (vault: Vault, name: string): string => vault.hash('name', plainName(name))

/** 138****1234 of a sealed phone; empty when there is none. */
export const maskedPhone = (vault: Vault, sealed: string | null): string =>
  sealed === null ? '' : maskPhone(vault.open(sealed))
/** 王** of a sealed name; empty when there is none. */
export const maskedName = (vault: Vault, sealed: string | null): string =>
  sealed === null ? '' : maskName(vault.open(sealed))
