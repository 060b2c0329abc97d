import type { Person } from '../../../sandbox/state/person.ts'
import type { Stage } from '../../support/stage.ts'

const COUPON = 'tmpl_coupon_arrived'

/** Many members at once, known in both accounts, each allowing one coupon message; written as the modules would have. */
export async function crowd(on: Stage, count: number): Promise<Person[]> {
  const { db, kernel, clock } = on.shop
  const now = clock.now()
  const rows = Array.from({ length: count }, (_, i) => ({
    person: on.person(),
    memberId: kernel.newId(),
    cardNo: String(i).padStart(20, '0'),
  }))
  await db
    .insertInto('member')
    .values(
      rows.map(({ memberId, cardNo }) => ({
        id: memberId,
        state: 'active',
        cardNo,
        source: 'staff',
        termsVersion: '1',
        termsAcceptedAt: now,
        enrolledAt: now,
        updatedAt: now,
      })),
    )
    .execute()
  const identities = rows.flatMap(({ memberId, person }) =>
    [on.mini.appId, on.official.appId].map(appId => ({
      id: kernel.newId(),
      memberId,
      kind: 'openid',
      appId,
      value: person.openids[appId] ?? '',
      linkedAt: now,
    })),
  )
  await db.insertInto('member_identity').values(identities).execute()
  await db
    .insertInto('consent')
    .values(
      rows.map(({ memberId }) => ({
        memberId,
        purpose: 'marketing',
        channel: 'wechat',
        granted: 1,
        version: '1',
        source: 'staff',
        at: now,
      })),
    )
    .execute()
  const credits = rows.map(({ person }) => ({
    appId: on.mini.appId,
    openid: person.openids[on.mini.appId] ?? '',
    templateId: COUPON,
    remaining: 1,
    changedAt: now,
  }))
  await db.insertInto('wechat_credit').values(credits).execute()
  await db
    .insertInto('wechat_right_entry')
    .values(
      credits.map(({ appId, openid, templateId }) => ({
        id: kernel.newId(),
        entryKey: `crowd:${openid}`,
        appId,
        openid,
        rightKind: 'credit',
        act: 'granted',
        templateId,
        free: 1,
        held: 0,
        at: now,
      })),
    )
    .execute()
  for (const { person } of rows) person.credits[`${on.mini.appId} ${COUPON}`] = 1
  return rows.map(({ person }) => person)
}
