import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'

export type CardRecord = Selectable<DB['card']>
export type NewCard = Insertable<DB['card']>

/** Old cards, as the ERP states them. */
export const cardsRepository = (db: Db) => ({
  find: (cardNo: string): Promise<CardRecord | undefined> =>
    db.selectFrom('card').selectAll().where('cardNo', '=', cardNo).executeTakeFirst(),

  findMany: async (cardNos: readonly string[]): Promise<CardRecord[]> =>
    cardNos.length === 0 ? [] : db.selectFrom('card').selectAll().where('cardNo', 'in', cardNos).execute(),

  ofPhone: (phoneHash: string): Promise<CardRecord[]> =>
    db
      .selectFrom('card')
      .selectAll()
      .where('phoneHash', '=', phoneHash)
      .where('state', '!=', 'void')
      .orderBy('cardNo')
      .execute(),

  ofPhones: async (hashes: readonly string[]): Promise<CardRecord[]> =>
    hashes.length === 0
      ? []
      : db.selectFrom('card').selectAll().where('phoneHash', 'in', hashes).where('state', '!=', 'void').execute(),

  ofMember: (memberId: string): Promise<CardRecord[]> =>
    db.selectFrom('card').selectAll().where('memberId', '=', memberId).orderBy('cardNo').execute(),

  memberIdsByCardNos: async (cardNos: readonly string[]): Promise<Map<string, string>> => {
    if (cardNos.length === 0) return new Map()
    const rows = await db
      .selectFrom('card')
      .select(['cardNo', 'memberId'])
      .where('cardNo', 'in', cardNos)
      .where('state', '=', 'bound')
      .execute()
    return new Map(rows.flatMap(row => (row.memberId === null ? [] : [[row.cardNo, row.memberId] as const])))
  },

  /** Writes what the ERP states; whose card it is stays as it is. */
  async state(cards: readonly NewCard[]): Promise<void> {
    for (const run of chunks(cards, 500)) {
      await db
        .insertInto('card')
        .values(run)
        .onDuplicateKeyUpdate({
          phoneSealed: sql`values(phoneSealed)`,
          phoneHash: sql`values(phoneHash)`,
          nameSealed: sql`values(nameSealed)`,
          nameHash: sql`values(nameHash)`,
          storeCode: sql`values(storeCode)`,
          issuedOn: sql`values(issuedOn)`,
          balancePoints: sql`values(balancePoints)`,
          lastUsedOn: sql`values(lastUsedOn)`,
          lastAmount: sql`values(lastAmount)`,
          contentHash: sql`values(contentHash)`,
          importId: sql`values(importId)`,
          importedAt: sql`values(importedAt)`,
        })
        .execute()
    }
  },

  /** Binds one open card; true only for the call that did it. */
  bind: async (cardNo: string, memberId: string, at: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('card')
        .set({ state: 'bound', memberId, boundAt: at })
        .where('cardNo', '=', cardNo)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Binds many open cards, each to its member; returns the ones that are bound to that member now. */
  async bindMany(
    pairs: readonly { cardNo: string; memberId: string }[],
    at: Date,
  ): Promise<{ cardNo: string; memberId: string }[]> {
    const done: { cardNo: string; memberId: string }[] = []
    for (const run of chunks(pairs, 500)) {
      const member = sql<string>`case cardNo ${sql.join(
        run.map(pair => sql`when ${pair.cardNo} then ${pair.memberId}`),
        sql` `,
      )} end`
      await db
        .updateTable('card')
        .set({ state: 'bound', memberId: member, boundAt: at })
        .where(
          'cardNo',
          'in',
          run.map(pair => pair.cardNo),
        )
        .where('state', '=', 'open')
        .execute()
      const now = await db
        .selectFrom('card')
        .select(['cardNo', 'memberId'])
        .where(
          'cardNo',
          'in',
          run.map(pair => pair.cardNo),
        )
        .where('boundAt', '=', at)
        .execute()
      const mine = new Set(run.map(pair => `${pair.cardNo}/${pair.memberId}`))
      for (const card of now)
        if (card.memberId !== null && mine.has(`${card.cardNo}/${card.memberId}`))
          done.push({ cardNo: card.cardNo, memberId: card.memberId })
    }
    return done
  },

  /** Takes one of the tries of a second proof; false when none is left. */
  takeTry: async (cardNo: string, tries: number): Promise<boolean> =>
    affected(
      await db
        .updateTable('card')
        .set(eb => ({ proofAttempts: eb('proofAttempts', '+', 1) }))
        .where('cardNo', '=', cardNo)
        .where('state', '=', 'open')
        .where('proofAttempts', '<', tries)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Erases what names the person on the cards of a closed membership; the card stays for the books. */
  erase: (memberId: string) =>
    db
      .updateTable('card')
      .set({ phoneSealed: null, phoneHash: null, nameSealed: null, nameHash: null, state: 'void' })
      .where('memberId', '=', memberId)
      .execute(),
})
