import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

export const STORE_TYPES = ['hypermarket', 'community', 'convenience', 'shop', 'online', 'warehouse'] as const
export const StoreType = z.enum(STORE_TYPES)

/** A calendar day 'YYYY-MM-DD'. */
const Day = z.iso.date()

const Latitude = z.number().min(-90).max(90).nullable()
const Longitude = z.number().min(-180).max(180).nullable()

/**
 * What a person and the ERP both have a word on, as it is kept or handed back: `place` is both degrees, `closed` both days of a
 * refit. What a person changed is kept; the ERP's word is remembered beside it, and counts again once it is handed back.
 */
export const STORE_FIELDS = [
  'name',
  'type',
  'district',
  'address',
  'phone',
  'hours',
  'place',
  'status',
  'closed',
] as const
export const StoreField = z.enum(STORE_FIELDS)
export type StoreField = z.output<typeof StoreField>

/** What of a store may be changed, and is told by the ERP. */
export const StoreFacts = z.object({
  name: z.string(),
  type: StoreType,
  district: z.string().nullable(),
  address: z.string().nullable(),
  phone: z.string().nullable(),
  /** 营业时间, as shoppers read it. */
  hours: z.string().nullable(),
  /** Where it is, in degrees as WeChat's maps count them (GCJ-02); both or neither. */
  latitude: Latitude,
  longitude: Longitude,
  status: z.enum(['open', 'closed']),
  /** The first and the last day on which it rests (装修). */
  closedFrom: Day.nullable(),
  closedUntil: Day.nullable(),
})
export type StoreFacts = z.output<typeof StoreFacts>

export const StoreRow = StoreFacts.extend({
  code: z.string(),
  provisional: z.boolean(),
  /** Whether today is within the days on which it rests. */
  resting: z.boolean(),
  kept: z.array(StoreField),
  /** What the ERP has stated last; null = it never said anything. */
  stated: StoreFacts.partial().nullable(),
})
export type StoreRow = z.output<typeof StoreRow>

export const StoreQuery = PageQuery.extend({
  /** A part of the name, or the beginning of the code. */
  search: z.string().trim().max(64).optional(),
  /** `unnamed`: first met in a sale; `unplaced`: on no map. */
  state: z.enum(['open', 'resting', 'closed', 'unnamed', 'unplaced']).optional(),
  sort: z.enum(['code', 'name', '-code', '-name']).default('code'),
})
export type StoreQuery = z.output<typeof StoreQuery>

const emptyIsNull = (text: string | null): string | null => (text === '' ? null : text)
const Words = (most: number) => z.string().trim().max(most).nullable().transform(emptyIsNull)

const StoreChange = z
  .object({
    name: z.string().trim().min(1).max(100).optional(),
    type: StoreType.optional(),
    district: Words(64).optional(),
    address: Words(200).optional(),
    /** As people write them: '0571-8765 4321', '400-800-1234', '13800001111'. */
    phone: z
      .string()
      .trim()
      .regex(/^(\+?\d[\d -]{4,19}(转\d{1,6})?)?$/, { error: 'not a phone number' })
      .nullable()
      .transform(emptyIsNull)
      .optional(),
    hours: Words(100).optional(),
    // Wider than it may be: who has them the wrong way round is told so.
    latitude: Longitude.optional(),
    longitude: Longitude.optional(),
    status: z.enum(['open', 'closed']).optional(),
    closedFrom: Day.nullable().optional(),
    closedUntil: Day.nullable().optional(),
    /** Fields that follow the ERP again, at once with what it stated last. */
    handBack: z.array(StoreField).max(STORE_FIELDS.length).optional(),
  })
  .refine(({ latitude, longitude }) => (typeof latitude === 'number') === (typeof longitude === 'number'), {
    error: 'latitude and longitude go together',
  })
export type StoreChange = z.output<typeof StoreChange>

/** Stores: the admin's list and card, and what shoppers may know. */
export const storeOperations = operations({
  stores: {
    method: 'GET',
    path: '/admin/catalog/stores',
    access: 'staff',
    summary: '门店：本人可见的门店 · The stores the caller may see',
    query: StoreQuery,
    reply: pageOf(StoreRow),
  },
  updateStore: {
    method: 'PATCH',
    path: '/admin/catalog/stores/:code',
    access: 'staff:stores.write',
    summary:
      '修改门店：店长改本店的电话、营业时间与装修停业，其余由总部 · Change a store; its manager: phone, hours and refits',
    params: z.object({ code: z.string().max(32) }),
    body: StoreChange,
    reply: StoreRow,
  },
  publicStores: {
    method: 'GET',
    path: '/public/stores',
    access: 'public',
    summary: '营业门店名单(开卡选店用) · Open stores, for choosing a home store',
    reply: z.object({
      items: z.array(
        StoreRow.pick({
          code: true,
          name: true,
          type: true,
          district: true,
          address: true,
          phone: true,
          hours: true,
          latitude: true,
          longitude: true,
          resting: true,
          closedUntil: true,
        }),
      ),
    }),
  },
})
