import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const Day = z.iso.date()

/** 生日礼 as data. */
export const BirthdayRules = z.object({
  isOn: z.boolean().default(false),
  points: z.int().min(0).max(100_000).default(0),
  couponTemplateIds: z.array(z.string().length(26)).max(5).default([]),
  /** The coupon that the member's tier has for birthdays is given too. */
  withTierCoupon: z.boolean().default(true),
  /** Given so many days before the birthday … */
  daysBefore: z.int().min(0).max(30).default(0),
  /** … and still so many days after it, to whoever tells the birthday late. */
  daysAfter: z.int().min(0).max(30).default(7),
  /** Only to who has been a member for so many days. */
  memberDays: z.int().min(0).max(365).default(0),
})
export type BirthdayRules = z.output<typeof BirthdayRules>

/** Month and day, by the solar or the lunar calendar. */
export const BirthdayDay = z.object({
  calendar: z.enum(['solar', 'lunar']),
  month: z.int().min(1).max(12),
  day: z.int().min(1).max(31),
  /** Born in a leap month (闰月). */
  leap: z.boolean().default(false),
})

/** The member's own birthday page. */
const MyBirthday = z.object({
  birthday: BirthdayDay.nullable(),
  /** The first day on which it may be changed again; null = now. */
  changeFrom: Day.nullable(),
  /** The next celebration by the solar calendar. */
  next: Day.nullable(),
  gift: z.object({ points: z.int(), coupons: z.array(z.string()), daysBefore: z.int(), daysAfter: z.int() }).nullable(),
  /** The last gift. */
  lastGift: z.object({ givenOn: Day, points: z.int(), coupons: z.int() }).nullable(),
})

const GiftRow = z.object({
  memberId: z.string(),
  memberName: z.string(),
  cardNo: z.string(),
  storeCode: z.string().nullable(),
  birthday: Day,
  givenOn: Day,
  points: z.int(),
  coupons: z.int(),
})

/** Birthdays: the member's side and the staff's. */
export const birthdayOperations = operations({
  myBirthday: {
    method: 'GET',
    path: '/shop/birthday',
    access: 'member',
    summary: 'My birthday (month and day), the next celebration and what it brings',
    reply: MyBirthday,
  },
  changeMyBirthday: {
    method: 'PUT',
    path: '/shop/birthday',
    access: 'member',
    summary: 'Tell my birthday, or change it: that once in a calendar year',
    body: BirthdayDay,
    reply: MyBirthday,
  },
  birthdayRules: {
    method: 'GET',
    path: '/admin/rewards/birthday',
    access: 'staff:rewards.read',
    summary: 'The rules of birthday gifts, and what they have cost this year',
    reply: z.object({
      version: z.int(),
      rules: BirthdayRules,
      figures: z.object({
        gifts: z.int(),
        points: z.int(),
        coupons: z.int(),
        costFen: z.int(),
        byMonth: z.array(z.object({ month: z.string(), count: z.int() })),
      }),
    }),
  },
  changeBirthdayRules: {
    method: 'PUT',
    path: '/admin/rewards/birthday',
    access: 'staff:rewards.write',
    summary: 'Make a new version of the rules of birthday gifts',
    body: z.object({ version: z.int(), rules: BirthdayRules }),
    reply: z.object({ version: z.int(), rules: BirthdayRules }),
  },
  birthdayGifts: {
    method: 'GET',
    path: '/admin/rewards/birthday/gifts',
    access: 'staff:rewards.read',
    summary: 'Birthday gifts, newest first',
    query: PageQuery,
    reply: pageOf(GiftRow),
  },
})
