import { openSync, readSync } from 'node:fs'

/** Where the time comes from; passed in so that tests can hold it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/**
 * A clock that shows what stands in a file: Unix milliseconds in sixteen digits, written over in place by whoever moves
 * it. So several processes live through a week of the proofs in minutes; a process of a shop never has one.
 */
export function fileClock(path: string): Clock {
  const file = openSync(path, 'r')
  const digits = Buffer.alloc(16)
  return {
    now: () => {
      readSync(file, digits, 0, 16, 0)
      return new Date(Number(digits.toString('latin1')))
    },
  }
}

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  set(at: Date | string): void
  advance(milliseconds: number): void
}

/** A clock for tests, starting at `start`. */
export function fakeClock(start: Date | string): FakeClock {
  let at = new Date(start).getTime()
  return {
    now: () => new Date(at),
    set: to => {
      at = new Date(to).getTime()
    },
    advance: milliseconds => {
      at += milliseconds
    },
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

const parts = (zone: string): Intl.DateTimeFormat => {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(zone, format)
  }
  return format
}

/** Days begin on a quarter of an hour of UTC in every zone of today: what was asked last is mostly asked again. */
const QUARTER_MS = 900_000
const SINCE = Date.UTC(1980, 0)
const lastDays = new Map<string, { quarter: number; day: string }>()

/** The shop's calendar day 'YYYY-MM-DD' at an instant. */
export function shopDay(at: Date, zone = 'Asia/Shanghai'): string {
  const quarter = Math.floor(at.getTime() / QUARTER_MS)
  const last = lastDays.get(zone)
  if (last !== undefined && last.quarter === quarter) return last.day
  const day = parts(zone).format(at)
  if (at.getTime() > SINCE) lastDays.set(zone, { quarter, day })
  return day
}

const times = new Map<string, Intl.DateTimeFormat>()

/** Minutes since the shop's midnight by its wall clock, 0 to 1439. */
export function shopMinute(at: Date, zone = 'Asia/Shanghai'): number {
  let format = times.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    times.set(zone, format)
  }
  const [hour, minute] = format.format(at).split(':')
  return Number(hour) * 60 + Number(minute)
}

/** The day `days` after (or before) a calendar day. */
export function addDays(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** Whole days from `from` to `to` (both 'YYYY-MM-DD'). */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)

/** The instant of a local wall-clock time 'YYYY-MM-DD HH:MM[:SS]' in the shop's zone; null when it is not a real time. */
export function shopInstant(local: string, zone = 'Asia/Shanghai'): Date | null {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::(\d{2}))?/.exec(local)
  if (match === null) return null
  const wall = new Date(`${match[1]}T${match[2]}:${match[3] ?? '00'}Z`)
  if (Number.isNaN(wall.getTime()) || wall.toISOString().slice(0, 10) !== match[1]) return null
  return new Date(wall.getTime() - zoneOffset(wall, zone))
}

const offsets = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds that the zone is ahead of UTC at an instant. */
function zoneOffset(at: Date, zone: string): number {
  let format = offsets.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
    offsets.set(zone, format)
  }
  const local = Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
  return local - Math.floor(at.getTime() / 1000) * 1000
}
