import { readStored, writeStored } from './storage.ts'

const key = '__privacy-agreed'

/** Whether this person has yet to accept the privacy guide of the mini-program. */
export function needsPrivacyConsent(): boolean {
  return readStored(key) !== true
}

/** Notes that the person accepted, as WeChat does for the agree button. */
export function agreeToPrivacy(): void {
  writeStored(key, true)
}
