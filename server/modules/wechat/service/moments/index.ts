import type { z } from 'zod'
import { addDays, shopDay } from '../../../../kernel/clock.ts'
import { inTransaction } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { Audit } from '../../../staff/index.ts'
import {
  MOMENTS,
  wechatErrors,
  type AskFigures,
  type Moment,
  type MomentRow,
  type MomentSetting,
  type ShopMoment,
} from '../../contract/index.ts'
import { askCounts, insertAsks, momentRows, purgeAsks, saveMoment, usedAccepts } from '../../repository/asks.ts'
import type { Person } from '../../repository/rights/ledger.ts'
import type { Accounts } from '../accounts.ts'
import type { createRights } from '../rights.ts'

/** What is asked where the shop has set nothing: the one message a shopper wants at that moment. */
const USUAL: Readonly<Record<Moment, MomentSetting>> = {
  couponClaim: {
    isOn: true,
    templates: ['couponExpiring', 'couponArrived'],
    wordingZh: '到期前提醒我',
    wordingEn: 'Remind me before it expires',
  },
  ticketSubmit: {
    isOn: true,
    templates: ['ticketReplied'],
    wordingZh: '有回复时通知我',
    wordingEn: 'Tell me when answered',
  },
  exchange: {
    isOn: true,
    templates: ['pickupReady', 'pickupEnding'],
    wordingZh: '可自提和快到期时通知我',
    wordingEn: 'Tell me when I can pick it up, and before it goes back',
  },
  enrol: {
    isOn: true,
    templates: ['couponArrived'],
    wordingZh: '有券到账时通知我',
    wordingEn: 'Tell me when a coupon arrives',
  },
}
const NAMES = ['couponExpiring', 'couponArrived', 'ticketReplied', 'pickupReady', 'pickupEnding']
const KEPT_DAYS = 400

interface Answer {
  readonly templateId: string
  readonly accepted: boolean
  readonly kept: boolean
}

/** When shoppers are asked for subscribe messages, for what, and what came of it. */
export function createMoments(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  accounts: Accounts,
  rights: ReturnType<typeof createRights>,
  audit: Audit,
) {
  async function settings(): Promise<Map<Moment, MomentSetting>> {
    const rows = new Map((await momentRows(db)).map(row => [row.moment, row]))
    return new Map(
      MOMENTS.map(moment => {
        const row = rows.get(moment)
        if (row === undefined) return [moment, USUAL[moment]]
        return [
          moment,
          {
            isOn: row.isOn === 1,
            templates: JSON.parse(row.templatesJson) as string[],
            wordingZh: row.wordingZh,
            wordingEn: row.wordingEn,
          },
        ]
      }),
    )
  }

  /** What is asked of a shopper, with the templates their mini-program really has. */
  async function forShopper(person: Person): Promise<z.input<typeof ShopMoment>[]> {
    const known = await rights.templates(person)
    return [...(await settings())].flatMap(([moment, setting]) => {
      if (!setting.isOn) return []
      const templates = setting.templates.flatMap(name => {
        const template = known.find(one => one.name === name)
        return template === undefined ? [] : [{ templateId: template.templateId, remaining: template.remaining }]
      })
      if (templates.length === 0) return []
      return [{ moment, templates, wording: { zh: setting.wordingZh, en: setting.wordingEn } }]
    })
  }

  const nothing = (): AskFigures => ({ shown: 0, accepted: 0, rejected: 0, keptAccepted: 0, keptRejected: 0, used: 0 })
  function add(figures: AskFigures, outcome: string, count: number): void {
    if (outcome === 'accepted' || outcome === 'rejected') {
      figures.shown += count
      figures[outcome] += count
    } else if (outcome === 'keptAccepted' || outcome === 'keptRejected' || outcome === 'used') figures[outcome] += count
  }

  return {
    forShopper,

    /** Writes down what a shopper answered; the same key counts once. An accept without a pop-up is one message as well. */
    async answer(person: Person, moment: Moment, key: string, answers: readonly Answer[]) {
      const now = clock.now()
      const names = new Set((await rights.templates(person)).map(({ templateId }) => templateId))
      const good = answers.filter(({ templateId }) => names.has(templateId))
      await rights.record(person, {
        key,
        accepted: good.filter(({ accepted }) => accepted).map(({ templateId }) => templateId),
        rejected: good.filter(({ accepted }) => !accepted).map(({ templateId }) => templateId),
      })
      await insertAsks(
        db,
        good.map(({ templateId, accepted, kept }) => ({
          askKey: `${person.openid}:${templateId.slice(-40)}:${key}`.slice(0, 150),
          moment,
          appId: person.appId,
          templateId,
          openid: person.openid,
          outcome: kept ? (accepted ? 'keptAccepted' : 'keptRejected') : accepted ? 'accepted' : 'rejected',
          day: shopDay(now, config.SHOP_ZONE),
          at: now,
        })),
      )
      return forShopper(person)
    },

    async list(from: string, to: string): Promise<{ items: z.input<typeof MomentRow>[]; known: string[] }> {
      const [counts, used] = await Promise.all([askCounts(db, from, to), usedAccepts(db, from, to)])
      const has = (name: string): boolean => accounts.templateOf('miniprogram', name) !== null
      const items = [...(await settings())].map(([moment, setting]) => {
        const days = new Map<string, AskFigures>()
        const figures = nothing()
        const note = (day: string, outcome: string, count: number): void => {
          const ofDay = days.get(day) ?? nothing()
          days.set(day, ofDay)
          add(ofDay, outcome, count)
          add(figures, outcome, count)
        }
        for (const row of counts) if (row.moment === moment) note(row.day, row.outcome, Number(row.count))
        for (const row of used) if (row.moment === moment) note(row.day, 'used', row.used)
        return {
          ...setting,
          moment,
          missing: setting.templates.filter(name => !has(name)),
          figures,
          days: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, ofDay]) => ({ day, ...ofDay })),
        }
      })
      const named = accounts.all.find(({ kind }) => kind === 'miniprogram')?.templates ?? {}
      return { items, known: [...new Set([...NAMES, ...Object.keys(named)])] }
    },

    async set(moment: Moment, setting: MomentSetting, caller: StaffCaller): Promise<void> {
      if (setting.isOn && setting.templates.length === 0) throw wechatErrors.momentWithoutTemplate()
      await inTransaction(db, async tx => {
        await saveMoment(tx, {
          moment,
          isOn: setting.isOn ? 1 : 0,
          templatesJson: JSON.stringify([...new Set(setting.templates)]),
          wordingZh: setting.wordingZh,
          wordingEn: setting.wordingEn,
          updatedAt: clock.now(),
        })
        await audit(tx, caller, {
          action: 'wechat.moments.set',
          subjectKind: 'moment',
          subjectId: moment,
          details: setting,
        })
      })
    },

    async purge(): Promise<void> {
      await purgeAsks(db, addDays(shopDay(clock.now(), config.SHOP_ZONE), -KEPT_DAYS))
    },
  }
}
export type Moments = ReturnType<typeof createMoments>
