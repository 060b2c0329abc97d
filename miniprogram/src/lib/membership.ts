import { shop } from '../api/index.ts'
import { keepHolder } from './card.ts'
import { needsPrivacyConsent } from './privacy.ts'
import { stored } from './storage.ts'

/** member · guest (no card) · unasked: has not accepted the privacy guide, so nothing may be asked of the server. */
export type Membership = 'member' | 'guest' | 'unasked'

/** Finds out who is here without ever asking the server before the privacy guide was accepted. Rejects with ApiError. */
export async function membership(): Promise<Membership> {
  if (stored('card')) return 'member'
  if (await needsPrivacyConsent()) return 'unasked'
  const { member } = await shop.members.me()
  if (!member) return 'guest'
  keepHolder(member)
  return 'member'
}
