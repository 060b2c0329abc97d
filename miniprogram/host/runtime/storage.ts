import { phone } from './phone.ts'

// Each person has a phone of their own, and so a storage of their own.
const prefix = `miniprogram:${phone.person}:`

/** The stored value, or '' where there is none, as wx.getStorageSync gives it. */
export function readStored(key: string): unknown {
  const text = localStorage.getItem(prefix + key)
  return text === null ? '' : (JSON.parse(text) as unknown)
}

/** Stores a JSON value. */
export function writeStored(key: string, value: unknown): void {
  localStorage.setItem(prefix + key, JSON.stringify(value))
}

/** Forgets one value. */
export function removeStored(key: string): void {
  localStorage.removeItem(prefix + key)
}

/** Every key this person's mini-program has stored. */
export function storedKeys(): string[] {
  return Object.keys(localStorage)
    .filter(key => key.startsWith(prefix))
    .map(key => key.slice(prefix.length))
}
