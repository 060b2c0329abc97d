import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Gift } from './gift.ts'

const Day = z.iso.date()

/** 签到 as data: points of the nth day in a row, gifts of long streaks, and days that can be made up for. */
export const SignInRules = z.object({
  isOn: z.boolean().default(false),
  /** Points of the 1st, 2nd, … day in a row; the last goes for all after it. */
  dayPoints: z.array(z.int().min(0).max(1000)).min(1).max(31).default([1]),
  bonuses: z
    .array(
      z.object({
        days: z.int().min(2).max(366),
        /** Again after each so many days in a row, not only once in a streak. */
        repeats: z.boolean().default(false),
        gift: Gift,
      }),
    )
    .max(10)
    .refine(list => new Set(list.map(one => one.days)).size === list.length, {
      error: '连续天数不能重复 / two bonuses for one streak',
    })
    .default([]),
  makeUp: z
    .object({
      perMonth: z.int().min(1).max(31),
      withinDays: z.int().min(1).max(31),
      /** Points that it costs; 0 = nothing. */
      costPoints: z.int().min(0).max(10_000),
    })
    .nullable()
    .default(null),
})
export type SignInRules = z.output<typeof SignInRules>

/** A day in the member's calendar. */
const SignedDay = z.object({ day: Day, madeUp: z.boolean(), points: z.int(), bonusPoints: z.int() })

/** The member's calendar of a month, and what comes next. */
export const SignInCalendar = z.object({
  isOn: z.boolean(),
  today: Day,
  month: z.string(),
  days: z.array(SignedDay),
  signedToday: z.boolean(),
  streak: z.int(),
  longest: z.int(),
  /** Points of the next signing in. */
  nextPoints: z.int(),
  /** The next gift of the streak, and how many days are missing. */
  nextBonus: z.object({ days: z.int(), missing: z.int(), points: z.int(), coupon: z.string().nullable() }).nullable(),
  makeUp: z.object({ left: z.int(), costPoints: z.int(), days: z.array(Day) }).nullable(),
  bonuses: z.array(z.object({ days: z.int(), repeats: z.boolean(), points: z.int(), coupon: z.string().nullable() })),
})
export type SignInCalendar = z.output<typeof SignInCalendar>

/** What signing in came to; repeated on the same day it is the same answer with `isNew` false. */
const SignedIn = z.object({
  isNew: z.boolean(),
  points: z.int(),
  bonusPoints: z.int(),
  coupons: z.int(),
  streak: z.int(),
  calendar: SignInCalendar,
})

/** Sign-in: the member's side and the staff's. */
export const signInOperations = operations({
  mySignIn: {
    method: 'GET',
    path: '/shop/sign-in',
    access: 'member',
    summary: 'My sign-in calendar of a month (this one when not told)',
    query: z.object({
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
        .optional(),
    }),
    reply: SignInCalendar,
  },
  signIn: {
    method: 'POST',
    path: '/shop/sign-in',
    access: 'member',
    summary: 'Sign in for today, by the clock and the midnight of the shop; counts once',
    reply: SignedIn,
  },
  makeUpSignIn: {
    method: 'POST',
    path: '/shop/sign-in/make-up',
    access: 'member',
    summary: 'Make up for a missed day (补签)',
    body: z.object({ day: Day }),
    reply: SignedIn,
  },
  signInRules: {
    method: 'GET',
    path: '/admin/rewards/sign-in',
    access: 'staff:rewards.read',
    summary: 'The rules of signing in, and what it has brought and cost in the last 30 days',
    reply: z.object({
      version: z.int(),
      rules: SignInRules,
      figures: z.object({
        members: z.int(),
        signIns: z.int(),
        points: z.int(),
        bonusPoints: z.int(),
        coupons: z.int(),
        /** What the points cost, fen, by the rate of the points rules. */
        costFen: z.int(),
        byDay: z.array(z.object({ day: Day, count: z.int() })),
      }),
    }),
  },
  changeSignInRules: {
    method: 'PUT',
    path: '/admin/rewards/sign-in',
    access: 'staff:rewards.write',
    summary: 'Make a new version of the rules of signing in',
    body: z.object({ version: z.int(), rules: SignInRules }),
    reply: z.object({ version: z.int(), rules: SignInRules }),
  },
})
