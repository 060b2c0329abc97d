import { sql } from 'kysely'
import type { Db, Tx } from '../../server/kernel/db.ts'
import type { Kernel } from '../../server/kernel/module.ts'

const padded = (letter: string, n: number): string => letter + String(n).padStart(25, '0')
/** The nth shopper; nobody else's tables are asked for them. */
export const memberOf = (n: number): string => padded('M', n)
/** What the nth phone calls its tap. */
export const tapOf = (n: number): string => `tap-${String(n).padStart(8, '0')}`

/** Writes down an offer of a template, of which so many are released now. */
export async function openOffer(
  { db, newId, clock }: Pick<Kernel, 'db' | 'newId' | 'clock'>,
  stock: number,
  hot = false,
) {
  const [templateId, offerId] = [newId(), newId()]
  const now = clock.now()
  const createdBy = padded('S', 0)
  await db
    .insertInto('coupon_template')
    .values({
      id: templateId,
      name: '满39减5',
      kind: 'amountOff',
      amountOff: 500,
      threshold: 3900,
      validDays: 10,
      stock,
      perMemberLimit: 1,
      description: '',
      state: 'active',
      createdBy,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await db
    .insertInto('coupon_offer')
    .values({
      id: offerId,
      templateId,
      shelf: 'recommended',
      state: 'open',
      hot: hot ? 1 : 0,
      createdBy,
      createdAt: now,
      updatedAt: now,
    })
    .execute()
  await db.insertInto('coupon_release').values({ offerId, at: now, quantity: stock }).execute()
  return {
    templateId,
    offerId,
    /** What the offer counts; asked often, so it reads one row. */
    async claimed(): Promise<number> {
      const row = await db
        .selectFrom('coupon_offer')
        .select('claimed')
        .where('id', '=', offerId)
        .executeTakeFirstOrThrow()
      return row.claimed
    },
    /** What was sold, by rows and by both counters. */
    async sold() {
      const { rows } = await sql<{ coupons: number; members: number; issued: number; claimed: number }>`
        select count(*) as coupons, count(distinct c.memberId) as members,
          (select issued from coupon_template where id = ${templateId}) as issued,
          (select claimed from coupon_offer where id = ${offerId}) as claimed
        from coupon as c where c.templateId = ${templateId}`.execute(db)
      const { coupons = 0, members = 0, issued = 0, claimed = 0 } = rows[0] ?? {}
      return {
        coupons,
        isExact: coupons === stock && members === stock && issued === stock && claimed === stock,
      }
    },
  }
}

/** Tables of the bare statements: the same rows and indexes as ours. */
export async function bareTables(db: Db): Promise<void> {
  await sql`create table bare_template (id char(26) primary key, issued int not null, stock int not null, state varchar(20) not null) engine=innodb`.execute(
    db,
  )
  await sql`create table bare_coupon like coupon`.execute(db)
  await sql`create table bare_event like coupon_event`.execute(db)
}

/** The bare statements of a claim. */
export async function claimBare(
  tx: Tx,
  { newId, clock }: Pick<Kernel, 'newId' | 'clock'>,
  templateId: string,
  n: number,
): Promise<void> {
  const [id, now] = [newId(), clock.now()]
  const { numAffectedRows } = await sql`
    update bare_template set issued = issued + 1 where id = ${templateId} and state = 'active' and issued < stock`.execute(
    tx,
  )
  if (numAffectedRows !== 1n) throw new Error('sold out')
  await sql`insert into bare_coupon (id, code, templateId, memberId, seq, issueKey, state, validFrom, validTo, issuedAt, updatedAt)
    values (${id}, ${id}, ${templateId}, ${memberOf(n)}, 1, ${`${templateId}:${n}`}, 'issued', ${now}, ${now}, ${now}, ${now})`.execute(
    tx,
  )
  await sql`insert into bare_event (id, couponId, kind, at) values (${id}, ${id}, 'issue', ${now})`.execute(tx)
}
