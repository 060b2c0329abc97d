import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'
import { tallyRepository } from './tally.ts'

export type MemberRecord = Selectable<DB['member']>
export type NewMember = Insertable<DB['member']>
export type NewIdentity = Insertable<DB['member_identity']>

/** The columns that tell who somebody is, emptied. */
const NOBODY = {
  phoneSealed: null,
  phoneHash: null,
  phoneLast4Hash: null,
  nameSealed: null,
  nameHash: null,
  birthdaySealed: null,
  birthdayHash: null,
  birthdayChangedOn: null,
  gender: null,
}

/** Holds a member until the transaction ends. */
const held = (db: Db, id: string) =>
  db.selectFrom('member').select(['state', 'homeStoreCode']).where('id', '=', id).forUpdate().executeTakeFirst()

/** Members and how WeChat knows them. */
export const membersRepository = (db: Db) => ({
  /** Holds a member until the transaction ends: who changes what leads to it waits. */
  hold: (id: string) => held(db, id),

  find: (id: string): Promise<MemberRecord | undefined> =>
    db.selectFrom('member').selectAll().where('id', '=', id).executeTakeFirst(),

  findMany: async (ids: readonly string[]): Promise<MemberRecord[]> =>
    ids.length === 0 ? [] : db.selectFrom('member').selectAll().where('id', 'in', ids).execute(),

  /** The active member whom a phone leads to: its own, or the one who has taken its member's place. */
  byPhoneHash: (hash: string): Promise<MemberRecord | undefined> =>
    db
      .selectFrom('member')
      .innerJoin('member as m', join => join.onRef('m.id', '=', eb => eb.fn.coalesce('member.mergedInto', 'member.id')))
      .selectAll('m')
      .where('member.phoneHash', '=', hash)
      .where('m.state', '=', 'active')
      .executeTakeFirst(),

  idsByPhoneHashes: async (hashes: readonly string[]): Promise<Map<string, string>> => {
    if (hashes.length === 0) return new Map()
    const rows = await db
      .selectFrom('member')
      .select(eb => ['phoneHash', eb.fn.coalesce('mergedInto', 'id').as('id')])
      .where('phoneHash', 'in', hashes)
      .where('state', 'in', ['active', 'merged'])
      .execute()
    return new Map(rows.map(row => [row.phoneHash ?? '', row.id]))
  },

  /** Phones as they are sealed, by keyed hash: those of merged members lie with them. */
  phonesOf: async (hashes: readonly string[]): Promise<Map<string, string | null>> => {
    if (hashes.length === 0) return new Map()
    const rows = await db
      .selectFrom('member')
      .select(['phoneHash', 'phoneSealed'])
      .where('phoneHash', 'in', hashes)
      .execute()
    return new Map(rows.map(row => [row.phoneHash ?? '', row.phoneSealed]))
  },

  idsByCardNos: async (cardNos: readonly string[]): Promise<Map<string, string>> => {
    if (cardNos.length === 0) return new Map()
    const rows = await db
      .selectFrom('member')
      .select(eb => ['cardNo', eb.fn.coalesce('mergedInto', 'id').as('id')])
      .where('cardNo', 'in', cardNos)
      .where('state', 'in', ['active', 'merged'])
      .execute()
    return new Map(rows.map(row => [row.cardNo, row.id]))
  },

  /** The active member of an openid or, failing that, of a unionid; whole = all that was named is known. */
  async byIdentity(
    appId: string,
    openid: string,
    unionid: string | null,
  ): Promise<{ member: MemberRecord; isWhole: boolean; other: string | null } | undefined> {
    const rows = await db
      .selectFrom('member_identity')
      .innerJoin('member', 'member.id', 'member_identity.memberId')
      .selectAll('member')
      .select('member_identity.kind as identityKind')
      .where('member.state', '=', 'active')
      .where(eb =>
        eb.or([
          eb.and([
            eb('member_identity.kind', '=', 'openid'),
            eb('member_identity.appId', '=', appId),
            eb('member_identity.value', '=', openid),
          ]),
          ...(unionid === null
            ? []
            : [
                eb.and([
                  eb('member_identity.kind', '=', 'unionid'),
                  eb('member_identity.appId', '=', ''),
                  eb('member_identity.value', '=', unionid),
                ]),
              ]),
        ]),
      )
      .execute()
    const row = rows.find(found => found.identityKind === 'openid') ?? rows[0]
    if (row === undefined) return undefined
    const { identityKind: _, ...member } = row
    // Openid and unionid of two members: perhaps one person who enrolled twice before the accounts shared a platform.
    const other = rows.find(found => found.id !== row.id)?.id ?? null
    return { member, isWhole: rows.length === (unionid === null ? 1 : 2), other }
  },

  identities: (memberId: string) =>
    db
      .selectFrom('member_identity')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('linkedAt')
      .orderBy('id')
      .execute(),

  insert: async (members: readonly NewMember[]): Promise<void> => {
    for (const run of chunks(members, 500)) await db.insertInto('member').values(run).execute()
    const active = members.filter(member => member.state === 'active')
    const byStore = Map.groupBy(active, member => member.homeStoreCode ?? null)
    await tallyRepository(db).change(new Map([...byStore].map(([store, those]) => [store, those.length])))
  },

  addIdentities: async (identities: readonly NewIdentity[]): Promise<void> => {
    if (identities.length > 0)
      await db
        .insertInto('member_identity')
        .values([...identities])
        .execute()
  },

  /** Takes an openid away that was linked by then; false when it is not there. */
  unlinkOpenid: async (memberId: string, wechat: { appId: string; openid: string }, until: Date): Promise<boolean> =>
    affected(
      await db
        .deleteFrom('member_identity')
        .where('memberId', '=', memberId)
        .where('kind', '=', 'openid')
        .where('appId', '=', wechat.appId)
        .where('value', '=', wechat.openid)
        .where('linkedAt', '<=', until)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Takes away what stands for a member: all of it, or of some kinds. */
  removeIdentities: (memberId: string, kinds?: readonly string[]) => {
    const all = db.deleteFrom('member_identity').where('memberId', '=', memberId)
    return (kinds === undefined ? all : all.where('kind', 'in', kinds)).execute()
  },

  /** Changes an active member; the state and the home store have ways of their own, which keep the tally. */
  update: async (id: string, change: Partial<Omit<NewMember, 'state' | 'homeStoreCode'>>): Promise<boolean> =>
    affected(
      await db
        .updateTable('member')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', 'active')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Gives an active member another home store; to be called in a transaction, as the tally changes with it. */
  async moveHome(id: string, storeCode: string | null, at: Date): Promise<void> {
    const member = await held(db, id)
    if (member?.state !== 'active' || member.homeStoreCode === storeCode) return
    await db.updateTable('member').set({ homeStoreCode: storeCode, updatedAt: at }).where('id', '=', id).execute()
    await tallyRepository(db).change(
      new Map([
        [member.homeStoreCode, -1],
        [storeCode, 1],
      ]),
    )
  },

  /** The phone has passed to somebody else: this member keeps everything but the phone. */
  releasePhone: async (id: string, hash: string, at: Date): Promise<boolean> => {
    await db.deleteFrom('member_identity').where('kind', '=', 'phone').where('value', '=', hash).execute()
    const result = await db
      .updateTable('member')
      .set({ phoneSealed: null, phoneHash: null, phoneLast4Hash: null, updatedAt: at })
      .where(eb => eb.or([eb('id', '=', id), eb('mergedInto', '=', id)]))
      .where('phoneHash', '=', hash)
      .executeTakeFirstOrThrow()
    return affected(result) === 1
  },

  /** Erases those who were taken into a member that leaves: they lead nowhere any more. */
  eraseMerged: (into: string, at: Date) =>
    db
      .updateTable('member')
      .set({ state: 'closed', closedAt: at, updatedAt: at, ...NOBODY })
      .where('mergedInto', '=', into)
      .where('state', '=', 'merged')
      .execute(),

  /** Closes and erases; true only for the call that did it. To be called in a transaction. */
  async erase(id: string, at: Date): Promise<boolean> {
    const member = await held(db, id)
    if (member?.state !== 'active') return false
    const result = await db
      .updateTable('member')
      .set({ state: 'closed', closedAt: at, updatedAt: at, ...NOBODY })
      .where('id', '=', id)
      .where('state', '=', 'active')
      .executeTakeFirstOrThrow()
    if (affected(result) === 0) return false
    await tallyRepository(db).change(new Map([[member.homeStoreCode, -1]]))
    return true
  },
})
