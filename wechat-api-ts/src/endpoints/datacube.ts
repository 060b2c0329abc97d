import { z } from 'zod'
import { post } from './endpoint.ts'
import { day, list, number } from './shapes.ts'

const span = z.object({ begin_date: day, end_date: day.describe('yesterday at the latest') })
// The figures of a row differ by report and grow over the years, so a row stays open; ref_date is in all of them.
const Line = z.record(z.string(), z.unknown())

const report = (name: string, days: number, what: string) =>
  post({
    does: `${what}; at most ${days === 1 ? 'one day' : `${days} days`} a call.`,
    path: `/datacube/${name}`,
    body: span,
    reply: z.object({ list: list(Line) }),
    idempotent: true,
    errors: [61500, 61501, 61503],
    source: '§3.10 S',
  })

const visits = (name: string, what: string) =>
  post({
    does: `Mini-program: ${what}.`,
    path: `/datacube/getweanalysisappid${name}`,
    body: span,
    reply: z
      .object({
        ref_date: z.string().optional(),
        list: list(Line),
        visit_uv_new: list(z.object({ key: number, value: number })),
        visit_uv: list(z.object({ key: number, value: number })),
      })
      .catchall(z.unknown()),
    idempotent: true,
    errors: [61500, 61501, 61503],
    source: '§3.10 S',
  })

/** WeChat's own figures, for yesterday at the latest (ready at about 8 o'clock). */
export const datacube = {
  followerChanges: report('getusersummary', 7, 'New and lost followers by source'),
  followerTotals: report('getusercumulate', 7, 'Followers at the end of each day'),
  articlesSent: report('getarticlesummary', 1, 'Reads and shares of the articles sent on a day'),
  articleTotals: report('getarticletotal', 1, 'Reads of the articles sent on a day, since then'),
  reads: report('getuserread', 3, 'Reads by source'),
  readsByHour: report('getuserreadhour', 1, 'Reads by hour'),
  shares: report('getusershare', 7, 'Shares'),
  sharesByHour: report('getusersharehour', 1, 'Shares by hour'),
  messages: report('getupstreammsg', 7, 'Messages from followers'),
  messagesByHour: report('getupstreammsghour', 1, 'Messages from followers by hour'),
  messagesByWeek: report('getupstreammsgweek', 30, 'Messages from followers by week'),
  messagesByMonth: report('getupstreammsgmonth', 30, 'Messages from followers by month'),
  messageSpread: report('getupstreammsgdist', 15, 'How many followers wrote how often'),
  messageSpreadByWeek: report('getupstreammsgdistweek', 30, 'The same by week'),
  messageSpreadByMonth: report('getupstreammsgdistmonth', 30, 'The same by month'),
  callbacks: report('getinterfacesummary', 30, 'Callbacks: how many, how many failed, how long they took'),
  callbacksByHour: report('getinterfacesummaryhour', 1, 'The same by hour'),
  miniprogramSummary: visits('dailysummarytrend', 'visitors in all, shares'),
  miniprogramDaily: visits('dailyvisittrend', 'visits by day'),
  miniprogramWeekly: visits('weeklyvisittrend', 'visits by week (Monday to Sunday)'),
  miniprogramMonthly: visits('monthlyvisittrend', 'visits by month (first to last day)'),
  miniprogramSpread: visits('visitdistribution', 'visits by source, stay and depth'),
  miniprogramDailyRetention: visits('dailyretaininfo', 'who came back, by day'),
  miniprogramWeeklyRetention: visits('weeklyretaininfo', 'who came back, by week'),
  miniprogramMonthlyRetention: visits('monthlyretaininfo', 'who came back, by month'),
  miniprogramPages: visits('visitpage', 'visits by page'),
  miniprogramPortrait: visits('userportrait', 'age, sex, region and device of visitors'),
}
