import { z } from 'zod'

/** Why an entry was made. */
export const Reason = z.enum([
  'sale',
  'return',
  'correction',
  'adjustment',
  'activation',
  'expiry',
  'expiryUndone',
  'spend',
  'giveBack',
  'grace',
  'opening',
  'activity',
  'merge',
  'household',
  'writeOff',
])
export type Reason = z.output<typeof Reason>

/** The account that moves against the member's: where points come from and where they go. */
export const Contra = z.enum([
  'issued',
  'granted',
  'redeemed',
  'expired',
  'adjustment',
  'opening',
  'transfer',
  'writtenOff',
  'internal',
])
export type Contra = z.output<typeof Contra>
