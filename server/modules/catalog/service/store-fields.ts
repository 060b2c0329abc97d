import { StoreField, type StoreFacts } from '../contract.ts'
import type { StoreRecord } from '../repository/stores.ts'

/** The columns of a store that a person and the ERP both have a word on. */
export type StoreColumns = Pick<
  StoreRecord,
  | 'name'
  | 'type'
  | 'district'
  | 'address'
  | 'phone'
  | 'hours'
  | 'latitude'
  | 'longitude'
  | 'status'
  | 'closedFrom'
  | 'closedUntil'
>
export type StoreColumn = keyof StoreColumns

/** Which columns stand and fall together: half of a place is none. */
export const FIELD_COLUMNS = {
  name: ['name'],
  type: ['type'],
  district: ['district'],
  address: ['address'],
  phone: ['phone'],
  hours: ['hours'],
  place: ['latitude', 'longitude'],
  status: ['status'],
  closed: ['closedFrom', 'closedUntil'],
} as const satisfies Readonly<Record<StoreField, readonly StoreColumn[]>>

/** The field that a column belongs to. */
export const fieldOf = (column: string): StoreField | undefined =>
  StoreField.options.find(field => FIELD_COLUMNS[field].some(one => one === column))

/** The fields of a store that people keep. */
export const keptOf = ({ kept }: Pick<StoreRecord, 'kept'>): StoreField[] =>
  StoreField.options.filter(field => kept.split(',').includes(field))

/** The columns of fields, all of them that are theirs. */
export const columnsOf = (fields: readonly StoreField[]): ReadonlySet<StoreColumn> =>
  new Set(fields.flatMap(field => [...FIELD_COLUMNS[field]]))

/** What the ERP has stated last of a store; what it never said is not there. */
export const statedOf = ({ statedJson }: Pick<StoreRecord, 'statedJson'>): Partial<StoreColumns> | null =>
  statedJson === null ? null : (JSON.parse(statedJson) as Partial<StoreColumns>)

const degrees = (text: string | null): number | null => (text === null ? null : Number(text))

/** Columns as the contract tells them: degrees are numbers. */
export const factsOf = ({ latitude, longitude, ...rest }: Partial<StoreColumns>): Record<keyof StoreFacts, unknown> =>
  ({
    ...rest,
    ...(latitude === undefined ? {} : { latitude: degrees(latitude) }),
    ...(longitude === undefined ? {} : { longitude: degrees(longitude) }),
  }) as Record<keyof StoreFacts, unknown>
