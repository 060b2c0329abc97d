import { dayOf, hourOf, startOf } from '../state/calendar.ts'
import type { DayFigures } from '../state/console.ts'
import { type Answer, refuse } from './answer.ts'
import { both, type Call, type Endpoint, type Endpoints, judging, text } from './call.ts'

/** The longest span of a report in days (wechat-protocol §3.10). */
const spans: Record<string, number> = {
  getusersummary: 7,
  getusercumulate: 7,
  getarticlesummary: 1,
  getarticletotal: 1,
  getuserread: 3,
  getuserreadhour: 1,
  getusershare: 7,
  getusersharehour: 1,
  getupstreammsg: 7,
  getupstreammsghour: 1,
  getupstreammsgweek: 30,
  getupstreammsgmonth: 30,
  getupstreammsgdist: 15,
  getupstreammsgdistweek: 30,
  getupstreammsgdistmonth: 30,
  getinterfacesummary: 30,
  getinterfacesummaryhour: 1,
}
const miniReports = [
  'dailysummarytrend',
  'dailyvisittrend',
  'weeklyvisittrend',
  'monthlyvisittrend',
  'visitdistribution',
  'dailyretaininfo',
  'weeklyretaininfo',
  'monthlyretaininfo',
  'visitpage',
  'userportrait',
]

const dayMs = 86_400_000

/** The days asked for, or 61500 for what is no date and 61501 for a span that is too long, reversed, or ends today. */
const daysOf = ({ world, data }: Call, most: number): string[] | number => {
  const [first, last] = [text(data, 'begin_date'), text(data, 'end_date')]
  const isDay = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(startOf(day))
  if (!isDay(first) || !isDay(last)) return 61500
  const count = (startOf(last) - startOf(first)) / dayMs + 1
  // Yesterday at the latest (§3.10).
  if (count < 1 || count > most || last >= dayOf(world.now())) return 61501
  return Array.from({ length: count }, (_, at) => dayOf(startOf(first) + at * dayMs))
}

/** The days that there are figures of. */
const known = (call: Call, days: readonly string[]): [string, DayFigures][] =>
  days.flatMap(day => {
    const figures = call.desk.figures.get(day)
    return figures === undefined ? [] : [[day, figures]]
  })

type Row = Record<string, unknown>

/** user_source of who scanned a code; [U], everybody else is 0. */
const SCANNED = 30

const summary = (ref_date: string, { followed, left }: DayFigures): Row[] => [
  { ref_date, user_source: 0, new_user: followed.others, cancel_user: left },
  ...(followed.scanned === 0 ? [] : [{ ref_date, user_source: SCANNED, new_user: followed.scanned, cancel_user: 0 }]),
]

/** msg_type of the reports: 1 text, 2 picture, 3 voice, 4 film, 6 link and whatever else. */
const typeOf = (kind: string): number => ({ text: 1, image: 2, voice: 3, video: 4 })[kind] ?? 6

type Said = DayFigures['said']

/** Messages by their type; with a name for when they were said. */
const byType = (said: Said, when: Row): Row[] =>
  [...Map.groupBy(said, one => typeOf(one.kind))].map(([msg_type, list]) => ({
    ...when,
    user_source: 0,
    msg_type,
    msg_user: new Set(list.map(one => one.personId)).size,
    msg_count: list.length,
  }))

/** How many people wrote how often: 0 none, 1 one to five, 2 six to ten, 3 more. */
const byCount = (said: Said, ref_date: string): Row[] => {
  const people = [...Map.groupBy(said, one => one.personId).values()].map(list => list.length)
  const interval = (count: number): number => (count <= 5 ? 1 : count <= 10 ? 2 : 3)
  return [...Map.groupBy(people, interval)].map(([count_interval, list]) => ({
    ref_date,
    user_source: 0,
    count_interval,
    msg_user: list.length,
  }))
}

const weekOf = (day: string): string =>
  dayOf(startOf(day) - ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) * dayMs)
const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`

const inSpans = (days: [string, DayFigures][], spanOf: (day: string) => string): [string, Said][] =>
  [...Map.groupBy(days, ([day]) => spanOf(day))].map(([span, list]) => [span, list.flatMap(([, { said }]) => said)])

/** How the product answered pushes, read from the journal: each delivery is one callback. */
const answered = ({ world, account }: Call, days: readonly string[], keyOf: (at: number) => Row): Row[] => {
  const from = startOf(days[0] ?? '')
  const until = startOf(days.at(-1) ?? '') + dayMs
  const pushes = world.journal
    .read({ kind: 'push', appId: account.appId, after: 0, limit: Infinity })
    .entries.filter(({ at }) => at >= from && at < until)
  return [...Map.groupBy(pushes, ({ at }) => JSON.stringify(keyOf(at))).values()].map(list => ({
    ...keyOf(list[0]?.at ?? 0),
    callback_count: list.length,
    fail_count: list.filter(({ status }) => status !== 200).length,
    total_time_cost: Math.round(list.reduce((sum, { ms }) => sum + ms, 0)),
    max_time_cost: Math.round(Math.max(...list.map(({ ms }) => ms))),
  }))
}

const hourName = (hour: number): number => hour * 100

const reports: Record<string, (days: readonly string[], call: Call) => Row[]> = {
  getusersummary: (days, call) => known(call, days).flatMap(([day, figures]) => summary(day, figures)),
  getusercumulate: (days, call) =>
    known(call, days).map(([ref_date, { followers }]) => ({ ref_date, user_source: 0, cumulate_user: followers })),
  getupstreammsg: (days, call) => known(call, days).flatMap(([ref_date, { said }]) => byType(said, { ref_date })),
  getupstreammsghour: (days, call) =>
    known(call, days).flatMap(([ref_date, { said }]) =>
      [...Map.groupBy(said, one => one.hour)].flatMap(([hour, list]) =>
        byType(list, { ref_date, ref_hour: hourName(hour) }),
      ),
    ),
  getupstreammsgweek: (days, call) =>
    inSpans(known(call, days), weekOf).flatMap(([ref_date, said]) => byType(said, { ref_date })),
  getupstreammsgmonth: (days, call) =>
    inSpans(known(call, days), firstOfMonth).flatMap(([ref_date, said]) => byType(said, { ref_date })),
  getupstreammsgdist: (days, call) => known(call, days).flatMap(([day, { said }]) => byCount(said, day)),
  getupstreammsgdistweek: (days, call) =>
    inSpans(known(call, days), weekOf).flatMap(([span, said]) => byCount(said, span)),
  getupstreammsgdistmonth: (days, call) =>
    inSpans(known(call, days), firstOfMonth).flatMap(([span, said]) => byCount(said, span)),
  getinterfacesummary: (days, call) => answered(call, days, at => ({ ref_date: dayOf(at) })),
  getinterfacesummaryhour: (days, call) =>
    answered(call, days, at => ({ ref_date: dayOf(at), ref_hour: hourName(hourOf(at)) })),
}

const report =
  (name: string, most: number): Endpoint['run'] =>
  (call): Answer => {
    const days = daysOf(call, most)
    if (typeof days === 'number') return refuse(days)
    return { list: reports[name]?.(days, call) ?? [] }
  }

/** wechat-protocol §3.10: the days of this sandbox; what nobody can count here (reads, shares) is an empty list. */
export const datacubeEndpoints: Endpoints = Object.fromEntries([
  ...Object.entries(spans).map(([name, most]) => [`/datacube/${name}`, judging(both(report(name, most)))] as const),
  ...miniReports.map(name => [`/datacube/getweanalysisappid${name}`, judging(both(report(name, 31)))] as const),
])
