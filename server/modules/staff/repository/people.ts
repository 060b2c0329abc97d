import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { AuditQuery, AuditRow, Role, StaffQuery, StaffRow } from '../contract.ts'

export interface StaffRecord extends StaffRow {
  readonly passwordHash: string
  readonly sessionEpoch: number
}

export interface AuditRecord {
  readonly id: string
  readonly at: Date
  readonly actorKind: string
  readonly actorId: string
  readonly actorName: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly storeCode: string | null
  readonly reason: string | null
  readonly detailsJson: string | null
  readonly requestId: string | null
  readonly ip: string | null
}

/** The tables of staff and of the audit log. */
export const staffRepository = (db: Db) => {
  async function storesOf(ids: readonly string[]): Promise<Map<string, string[]>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .selectFrom('staff_store')
      .selectAll()
      .where('staffId', 'in', ids)
      .orderBy('storeCode')
      .execute()
    const map = new Map<string, string[]>()
    for (const row of rows) map.set(row.staffId, [...(map.get(row.staffId) ?? []), row.storeCode])
    return map
  }

  const find = async (column: 'id' | 'username', value: string): Promise<StaffRecord | null> => {
    const row = await db.selectFrom('staff').selectAll().where(column, '=', value).executeTakeFirst()
    if (row === undefined) return null
    const codes = (await storesOf([row.id])).get(row.id) ?? []
    return {
      ...row,
      role: row.role as Role,
      state: row.state as 'active' | 'disabled',
      mustChange: row.mustChange !== 0,
      stores: { all: row.allStores !== 0, codes },
    }
  }

  return {
    byId: (id: string) => find('id', id),
    byUsername: (username: string) => find('username', username),
    countOwners: async (): Promise<number> => {
      const row = await db
        .selectFrom('staff')
        .select(sql<number>`count(*)`.as('n'))
        .where('role', '=', 'owner')
        .where('state', '=', 'active')
        .executeTakeFirstOrThrow()
      return Number(row.n)
    },
    /** Locks the active owners, so that two of them cannot retire each other at once. */
    lockOwners: async (): Promise<string[]> =>
      (
        await db
          .selectFrom('staff')
          .select('id')
          .where('role', '=', 'owner')
          .where('state', '=', 'active')
          .forUpdate()
          .execute()
      ).map(row => row.id),
    insert: async (row: {
      id: string
      username: string
      name: string
      role: Role
      allStores: boolean
      passwordHash: string
      createdAt: Date
    }): Promise<void> => {
      await db
        .insertInto('staff')
        .values({
          ...row,
          allStores: row.allStores ? 1 : 0,
          mustChange: 1,
          state: 'active',
          sessionEpoch: 0,
          lastLoginAt: null,
        })
        .execute()
    },
    setStores: async (staffId: string, codes: readonly string[]): Promise<void> => {
      await db.deleteFrom('staff_store').where('staffId', '=', staffId).execute()
      if (codes.length > 0)
        await db
          .insertInto('staff_store')
          .values(codes.map(storeCode => ({ staffId, storeCode })))
          .execute()
    },
    /** Changes someone and ends all their sessions; false when there is no such person. */
    update: async (
      id: string,
      change: {
        name?: string
        role?: Role
        state?: string
        allStores?: number
        passwordHash?: string
        mustChange?: number
      },
    ): Promise<boolean> =>
      affected(
        await db
          .updateTable('staff')
          .set({ ...change, sessionEpoch: sql<number>`sessionEpoch + 1` })
          .where('id', '=', id)
          .executeTakeFirstOrThrow(),
      ) === 1,
    touchLogin: async (id: string, at: Date): Promise<void> => {
      await db.updateTable('staff').set({ lastLoginAt: at }).where('id', '=', id).execute()
    },
    /** Staff of the scope: people of headquarters (all stores) are seen by those who see all stores. */
    list: async (query: StaffQuery, scope: Scope): Promise<Page<StaffRow>> => {
      const after = decodeCursor(query.cursor)
      let rows = db
        .selectFrom('staff')
        .select(['id', 'username', 'name', 'role', 'state', 'allStores', 'mustChange', 'createdAt', 'lastLoginAt'])
      if (scope.kind === 'stores') {
        rows = rows.where('allStores', '=', 0).where(
          'id',
          'in',
          db
            .selectFrom('staff_store')
            .select('staffId')
            .where('storeCode', 'in', scope.stores.length > 0 ? [...scope.stores] : ['']),
        )
      }
      if (query.search !== undefined && query.search !== '') {
        const like = `%${query.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
        rows = rows.where(eb =>
          eb.or([
            eb(eb.fn<string>('lower', ['name']), 'like', like),
            eb(eb.fn<string>('lower', ['username']), 'like', like),
          ]),
        )
      }
      if (query.role !== undefined) rows = rows.where('role', '=', query.role)
      if (query.state !== undefined) rows = rows.where('state', '=', query.state)
      if (after !== null) rows = rows.where('id', '<', String(after[0]))
      const found = await rows
        .orderBy('id', 'desc')
        .limit(query.limit + 1)
        .execute()
      const stores = await storesOf(found.map(row => row.id))
      return pageFrom(
        found.map(row => ({
          ...row,
          role: row.role as Role,
          state: row.state as 'active' | 'disabled',
          mustChange: row.mustChange !== 0,
          stores: { all: row.allStores !== 0, codes: stores.get(row.id) ?? [] },
        })),
        query.limit,
        row => [row.id],
      )
    },
    writeAudit: async (rows: readonly AuditRecord[]): Promise<void> => {
      if (rows.length > 0)
        await db
          .insertInto('audit_entry')
          .values([...rows])
          .execute()
    },
    audit: async (query: AuditQuery, scope: Scope): Promise<Page<AuditRow>> => {
      const after = decodeCursor(query.cursor)
      let rows = db.selectFrom('audit_entry').selectAll()
      if (scope.kind === 'stores')
        rows = rows.where('storeCode', 'in', scope.stores.length > 0 ? [...scope.stores] : [''])
      if (query.subjectKind !== undefined) rows = rows.where('subjectKind', '=', query.subjectKind)
      if (query.subjectId !== undefined) rows = rows.where('subjectId', '=', query.subjectId)
      if (query.actorId !== undefined) rows = rows.where('actorId', '=', query.actorId)
      if (query.action !== undefined) rows = rows.where('action', '=', query.action)
      if (after !== null) rows = rows.where('id', '<', String(after[0]))
      const found = await rows
        .orderBy('id', 'desc')
        .limit(query.limit + 1)
        .execute()
      return pageFrom(
        found.map(({ detailsJson, ...row }) => ({
          ...row,
          details: detailsJson === null ? null : (JSON.parse(detailsJson) as unknown),
        })),
        query.limit,
        row => [row.id],
      )
    },
  }
}

/** A member of staff as others may show them. */
export interface Colleague {
  readonly staffId: string
  readonly name: string
  readonly role: string
  /** Their stores; empty = all of them. */
  readonly stores: string[]
}

/** Active members of staff within a scope, by name (those of headquarters where the scope is all stores). */
export async function colleagues(db: Db, scope: Scope): Promise<Colleague[]> {
  let query = db
    .selectFrom('staff as s')
    .leftJoin('staff_store as t', 't.staffId', 's.id')
    .select(['s.id', 's.name', 's.role', 's.allStores', 't.storeCode'])
    .where('s.state', '=', 'active')
  if (scope.kind === 'stores')
    query = query
      .where('s.allStores', '=', 0)
      .where('t.storeCode', 'in', scope.stores.length > 0 ? [...scope.stores] : [''])
  const rows = await query.orderBy('s.name').orderBy('s.id').orderBy('t.storeCode').execute()
  return [...Map.groupBy(rows, row => row.id)].flatMap(([staffId, group]) => {
    const [first] = group
    if (first === undefined) return []
    const stores = first.allStores === 1 ? [] : group.flatMap(row => (row.storeCode === null ? [] : [row.storeCode]))
    return [{ staffId, name: first.name, role: first.role, stores }]
  })
}

/** Names of staff by id, also of those who have left. */
export async function staffNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('staff')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(row => [row.id, row.name]))
}

/** Who is meant by a user name, or by a name that only one has: text → id. */
export async function staffMeant(db: Db, texts: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(texts)]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .selectFrom('staff')
    .select(['id', 'username', 'name'])
    .where(eb => eb.or([eb('username', 'in', wanted), eb('name', 'in', wanted)]))
    .execute()
  return new Map(
    wanted.flatMap(text => {
      const named = rows.filter(row => row.name === text)
      const found = rows.find(row => row.username === text) ?? (named.length === 1 ? named[0] : undefined)
      return found === undefined ? [] : [[text, found.id] as const]
    }),
  )
}

/** What was done to a thing before a place in its history, newest first, within a scope. */
export async function auditOf(
  db: Db,
  subject: { readonly kind: string; readonly id: string },
  { scope, before, limit }: { scope: Scope; before: { at: Date; id: string }; limit: number },
) {
  return db
    .selectFrom('audit_entry as a')
    .select(['a.id', 'a.at', 'a.action', 'a.actorName', 'a.reason'])
    .where('a.subjectKind', '=', subject.kind)
    .where('a.subjectId', '=', subject.id)
    .where(scopeWhere(scope, 'a.storeCode'))
    .where(sql<boolean>`(a.at < ${before.at} or (a.at = ${before.at} and a.id < ${before.id}))`)
    .orderBy('a.at', 'desc')
    .orderBy('a.id', 'desc')
    .limit(limit)
    .execute()
}
