import { client, type Client, type OperationTable, type Transport } from '../../../server/kernel/http/client.ts'
import type { Contract, Operations, Reply } from '../../../server/kernel/http/contract.ts'

/** A reply as JSON carries it: instants are ISO strings. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T

/** The operations of a module that staff may call; the others are not in the admin's table. */
type StaffKeys<O extends Operations> = {
  [K in keyof O]: O[K]['access'] extends 'public' | 'staff' | `staff:${string}` ? K : never
}[keyof O]

/** A module's typed caller, with replies as they arrive. */
export type Api<C extends Contract> = {
  readonly [K in StaffKeys<C['operations']>]: (
    ...request: Parameters<Client<C>[K]>
  ) => Promise<Wire<Reply<C['operations'][K]>>>
}

/** Makes the caller of a module; the kernel's client types replies as the server holds them, JSON turns dates into text. */
export const api = <C extends Contract>(
  operations: Pick<OperationTable<C['operations']>, StaffKeys<C['operations']>>,
  send: Transport,
): Api<C> => client<C>(operations as OperationTable<C['operations']>, send) as unknown as Api<C>
