/** What a ticket may be about; a message of the official account is the one that nobody has said it of yet. */
export const kinds = [
  'complaint',
  'points',
  'coupon',
  'price',
  'quality',
  'return',
  'invoice',
  'other',
  'message',
] as const

/** What somebody may say that a ticket is about. */
export const chosenKinds = kinds.filter(kind => kind !== 'message')
