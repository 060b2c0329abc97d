/** What somebody can show at the desk. */
export const evidenceKinds = ['idCard', 'phoneInHand', 'cardInHand', 'wechat', 'other'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

/** Why it is done, by what is done; the others ask for no reason of a list. */
export const reasonsOf = {
  changePhone: ['newNumber', 'lostPhone', 'sharedPhone', 'other'],
  merge: ['duplicateCard', 'newNumber', 'lostPhone', 'other'],
} as const
export type EvidenceReason = (typeof reasonsOf)['changePhone' | 'merge'][number]

/** The reason of the list that an entry of the audit names; null when it names none. */
export function reasonOf(details: unknown): EvidenceReason | null {
  const said = typeof details === 'object' && details !== null && 'why' in details ? details.why : null
  return [...reasonsOf.changePhone, ...reasonsOf.merge].find(reason => reason === said) ?? null
}

/** The evidence that an entry of the audit names; null when it names none. */
export function evidenceOf(details: unknown): EvidenceKind | null {
  const said = typeof details === 'object' && details !== null && 'evidence' in details ? details.evidence : null
  return evidenceKinds.find(kind => kind === said) ?? null
}
