import { dayOf, startOf } from '../state/calendar.ts'
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

const lines: Record<string, (day: string, figures: DayFigures) => Record<string, unknown>> = {
  getusersummary: (ref_date, figures) => ({
    ref_date,
    user_source: 0,
    new_user: figures.followed,
    cancel_user: figures.left,
  }),
  getusercumulate: (ref_date, figures) => ({ ref_date, user_source: 0, cumulate_user: figures.followers }),
  getupstreammsg: (ref_date, figures) => ({
    ref_date,
    user_source: 0,
    msg_type: 1,
    msg_user: figures.writers.size,
    msg_count: figures.messages,
  }),
  getinterfacesummary: (ref_date, figures) => ({
    ref_date,
    callback_count: figures.messages + figures.followed + figures.left,
    fail_count: figures.failed,
    total_time_cost: 0,
    max_time_cost: 0,
  }),
}

const report =
  (name: string, most: number): Endpoint['run'] =>
  (call): Answer => {
    const days = daysOf(call, most)
    if (typeof days === 'number') return refuse(days)
    const line = lines[name]
    const list = days.flatMap(day => {
      const figures = call.desk.figures.get(day)
      return line === undefined || figures === undefined ? [] : [line(day, figures)]
    })
    return { list }
  }

/** wechat-protocol §3.10: the days of this sandbox; what nobody can count here (reads, shares) is an empty list. */
export const datacubeEndpoints: Endpoints = Object.fromEntries([
  ...Object.entries(spans).map(([name, most]) => [`/datacube/${name}`, judging(both(report(name, most)))] as const),
  ...miniReports.map(name => [`/datacube/getweanalysisappid${name}`, judging(both(report(name, 31)))] as const),
])
