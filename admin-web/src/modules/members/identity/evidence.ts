/** What somebody can show at the desk. */
export const evidenceKinds = ['idCard', 'phoneInHand', 'cardInHand', 'wechat', 'other'] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

/** The evidence that an entry of the audit names; null when it names none. */
export function evidenceOf(details: unknown): EvidenceKind | null {
  const said = typeof details === 'object' && details !== null && 'evidence' in details ? details.evidence : null
  return evidenceKinds.find(kind => kind === said) ?? null
}
