import { sql, type RawBuilder, type SqlBool } from 'kysely'

/** Which rows a member of staff may see: those of every store, or of the named stores. */
export type Scope = { readonly kind: 'all' } | { readonly kind: 'stores'; readonly stores: readonly string[] }

export const everyStore: Scope = { kind: 'all' }

/** Whether a row of a store lies in the scope; a row without a store belongs to headquarters. */
export const inScope = (scope: Scope, storeCode: string | null): boolean =>
  scope.kind === 'all' || (storeCode !== null && scope.stores.includes(storeCode))

/** A scope narrowed to one store, where one is named; a store outside of it leaves nothing. */
export const narrowed = (scope: Scope, storeCode: string | undefined): Scope =>
  storeCode === undefined ? scope : { kind: 'stores', stores: inScope(scope, storeCode) ? [storeCode] : [] }

/** The condition that keeps a query within the scope; `column` is the store code's column, e.g. 'member.homeStoreCode'. */
export function scopeWhere(scope: Scope, column: string): RawBuilder<SqlBool> {
  if (scope.kind === 'all') return sql<SqlBool>`true`
  if (scope.stores.length === 0) return sql<SqlBool>`false`
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(scope.stores)})`
}
