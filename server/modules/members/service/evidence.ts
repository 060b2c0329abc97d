import type { Selectable } from 'kysely'
import type { DB, Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { MembersDeps } from './deps.ts'

export type IdentityKind = 'openid' | 'unionid' | 'phone' | 'card' | 'erp'
type Source = 'miniprogram' | 'wechat' | 'erp' | 'staff' | 'merge'
type Strength = 'proved' | 'shown' | 'stated'

/** How well an identity is known: who said it, and what stands behind it. */
export interface Proof {
  readonly source: Source
  readonly strength: Strength
  readonly linkedBy?: string | null
  readonly note?: string | null
}

/** A piece of evidence that names a member; of a phone, `value` is the keyed hash. */
export interface Evident {
  readonly memberId: string
  readonly kind: IdentityKind
  readonly value: string
  readonly appId?: string
}

const COLUMNS = [
  'id',
  'memberId',
  'kind',
  'appId',
  'value',
  'linkedAt',
  'source',
  'strength',
  'linkedBy',
  'note',
] as const

/** Writes down whose phones and cards these are now; what stood there for another member is theirs no more. */
export const recordEvidence = (
  deps: Pick<MembersDeps, 'newId' | 'clock'>,
  tx: Tx,
  rows: readonly Evident[],
  proof: Proof,
): Promise<void> =>
  insertRows(
    tx,
    'member_identity',
    COLUMNS,
    rows.map(({ memberId, kind, value, appId = '' }) => [
      deps.newId(),
      memberId,
      kind,
      appId,
      value,
      deps.clock.now(),
      proof.source,
      proof.strength,
      proof.linkedBy ?? null,
      proof.note ?? null,
    ]),
    { update: ['memberId', 'linkedAt', 'source', 'strength', 'linkedBy', 'note'] },
  )

const SOURCES: readonly Source[] = ['miniprogram', 'wechat', 'erp', 'staff', 'merge']

/** A piece of evidence as staff see it; `phone` is how a phone is shown, as only its keyed hash is kept here. */
export const identityView = (
  row: Selectable<DB['member_identity']>,
  phone: string,
  accountOf: MembersDeps['accountOf'],
) => ({
  identityId: row.id,
  kind: row.kind as IdentityKind,
  appId: row.appId,
  account: row.kind === 'openid' ? accountOf(row.appId) : null,
  // Only the keyed hash of a phone is kept here.
  value: row.kind === 'phone' ? phone : row.value,
  linkedAt: row.linkedAt,
  source: SOURCES.find(one => one === row.source) ?? ('wechat' as const),
  strength: row.strength as Strength,
  linkedBy: row.linkedBy,
  note: row.note,
})
