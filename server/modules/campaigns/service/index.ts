import type { z } from 'zod'
import { inTransaction, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { limitReached } from '../../coupons/index.ts'
import {
  campaignsErrors,
  CampaignPurpose,
  CampaignRoute,
  CampaignText,
  type CampaignDetail,
  type CampaignDraft,
  type Preflight,
} from '../contract.ts'
import {
  campaignById,
  campaignPage,
  deleteDraft,
  insertCampaign,
  moveCampaign,
  storesOf,
  type Campaign,
} from '../repository/campaigns.ts'
import { groupOf } from '../repository/keys.ts'
import { recipientPage } from '../repository/outcomes.ts'
import { funnel, stopRecipients } from '../repository/recipients.ts'
import { reachOf, scopeOf } from './audience.ts'
import { checkDraft } from './messages.ts'
import { reasonText } from './reasons.ts'
import type { CampaignsNeeds } from './ports.ts'
import { headOf, rowOf, totalsOf } from './view.ts'

const STATE_ZH: Readonly<Record<string, string>> = {
  draft: '草稿',
  scheduled: '待开始',
  issuing: '发券中',
  sending: '发送中',
  paused: '已暂停',
  done: '已完成',
  stopped: '已停止',
}

/** The desk of campaigns: draft, look before, launch, hold, stop, and see what became of everybody. */
export function createCampaignsService(
  kernel: Kernel,
  needs: CampaignsNeeds,
  start: (campaignId: string, delayMs: number) => Promise<void>,
) {
  const { db, clock, newId, config } = kernel
  const { wechat, members, segments, coupons, audit } = needs

  async function inReach(id: string, { scope }: { scope: Scope }): Promise<Campaign> {
    const campaign = await campaignById(db, scope, id)
    if (campaign === undefined) throw campaignsErrors.notFound()
    return campaign
  }

  async function detail(campaign: Campaign, language: Language): Promise<z.input<typeof CampaignDetail>> {
    const { totals, reasons } = await headOf(db, campaign)
    const row = rowOf(campaign, totals)
    const { waiting, sending } = row.totals.messages
    return {
      ...row,
      text: CampaignText.parse(JSON.parse(campaign.textJson)),
      couponTemplateName:
        campaign.couponTemplateId === null ? null : (await coupons.template(campaign.couponTemplateId)).name,
      stores: await storesOf(db, campaign.id),
      secondsLeft: campaign.state === 'sending' ? Math.ceil((waiting + sending) / config.CAMPAIGN_RATE) : null,
      reasons: reasons.map(row => ({ ...row, reason: reasonText(row.reason, language) })),
    }
  }
  const detailById = async (id: string, caller: StaffCaller, language: Language) =>
    detail(await inReach(id, caller), language)
  const noted = (tx: Tx, caller: StaffCaller, action: string, campaign: Pick<Campaign, 'id' | 'name'>) =>
    audit(tx, caller, {
      action: `campaigns.${action}`,
      subjectKind: 'campaign',
      subjectId: campaign.id,
      details: { name: campaign.name },
    })
  const wrongState = (campaign: Campaign, zh: string) =>
    campaignsErrors.wrongState({ state: STATE_ZH[campaign.state] ?? campaign.state, action: zh })

  /** The columns of a draft; throws what has to be changed before it can be kept. */
  async function columnsOf(draft: CampaignDraft, caller: StaffCaller) {
    checkDraft(draft, false)
    const segment = await segments.find(draft.segmentId, caller.scope)
    if (draft.couponTemplateId !== null) await coupons.template(draft.couponTemplateId)
    return {
      name: draft.name,
      purpose: draft.purpose,
      segmentId: segment.id,
      segmentName: segment.name,
      couponTemplateId: draft.couponTemplateId,
      route: draft.route,
      textJson: JSON.stringify(draft.text),
      startAt: draft.startAt,
      changedAt: clock.now(),
    }
  }

  /** Moves a campaign and notes who did it, in one transaction; throws wrongState when it is no longer where it was. */
  async function move(
    campaign: Campaign,
    caller: StaffCaller,
    action: string,
    zh: string,
    from: readonly string[],
    change: Parameters<typeof moveCampaign>[3],
    more?: (tx: Tx) => Promise<void>,
  ) {
    await inTransaction(db, async tx => {
      if (!(await moveCampaign(tx, campaign.id, from, { ...change, changedAt: clock.now() })))
        throw wrongState(campaign, zh)
      await more?.(tx)
      await noted(tx, caller, action, campaign)
    })
  }

  return {
    async list(query: PageQuery & { q?: string | undefined; state?: string | undefined }, { scope }: StaffCaller) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const after = typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
      const page = pageFrom(await campaignPage(db, scope, query, after, query.limit + 1), query.limit, row => [
        row.changedAt.getTime(),
        row.id,
      ])
      const totals = await totalsOf(db, page.items)
      return { items: page.items.map(campaign => rowOf(campaign, totals.get(campaign.id))), next: page.next }
    },
    get: detailById,
    async create(draft: CampaignDraft, caller: StaffCaller, language: Language) {
      const id = newId()
      const { scope } = caller
      const columns = await columnsOf(draft, caller)
      await inTransaction(db, async tx => {
        const campaign = {
          id,
          ...columns,
          state: 'draft',
          wholeChain: scope.kind === 'all' ? 1 : 0,
          createdBy: caller.staffId,
          createdAt: columns.changedAt,
        }
        await insertCampaign(tx, campaign, scope.kind === 'all' ? [] : scope.stores)
        await noted(tx, caller, 'create', campaign)
      })
      return detailById(id, caller, language)
    },
    async update(id: string, draft: CampaignDraft, caller: StaffCaller, language: Language) {
      const campaign = await inReach(id, caller)
      const columns = await columnsOf(draft, caller)
      await inTransaction(db, async tx => {
        if (!(await moveCampaign(tx, id, ['draft'], columns))) throw campaignsErrors.notDraft()
        await noted(tx, caller, 'update', campaign)
      })
      return detailById(id, caller, language)
    },
    async remove(id: string, caller: StaffCaller): Promise<void> {
      const campaign = await inReach(id, caller)
      await inTransaction(db, async tx => {
        if (!(await deleteDraft(tx, id))) throw campaignsErrors.notDraft()
        await noted(tx, caller, 'remove', campaign)
      })
    },
    async preflight(id: string, caller: StaffCaller): Promise<z.input<typeof Preflight>> {
      const campaign = await inReach(id, caller)
      const stores = await storesOf(db, id)
      const scope = scopeOf(campaign, stores)
      const rulesJson =
        campaign.rulesJson ?? JSON.stringify((await segments.find(campaign.segmentId, caller.scope)).rules)
      const reach = reachOf(db, wechat, segments, campaign, rulesJson, scope)
      const template = campaign.couponTemplateId === null ? null : await coupons.template(campaign.couponTemplateId)
      const benefit = template === null ? null : { left: template.left, limitReached: limitReached(db, template) }
      const counted = await funnel(db, reach.audience, reach, benefit)
      const { audience, hadLimit, noStock, known, willing, holders } = counted
      const served = audience - hadLimit - noStock
      const none = campaign.route === 'none'
      return {
        audience,
        coupons: template === null ? 0 : served,
        hadLimit,
        noStock,
        willMessage: none ? 0 : holders,
        noIdentity: none ? 0 : served - known,
        noConsent: none ? 0 : known - willing,
        noCredit: none ? 0 : willing - holders,
        noMessage: none ? served : 0,
        // The most each can take off, as far as its rule ends it.
        couponFen: template === null ? 0 : served * (template.amountOff || (template.maxOff ?? 0)),
        seconds: none ? 0 : Math.ceil(holders / config.CAMPAIGN_RATE),
      }
    },
    async launch(id: string, caller: StaffCaller, language: Language) {
      const campaign = await inReach(id, caller)
      const text = CampaignText.parse(JSON.parse(campaign.textJson))
      const [purpose, route] = [CampaignPurpose.parse(campaign.purpose), CampaignRoute.parse(campaign.route)]
      checkDraft({ purpose, route, text, couponTemplateId: campaign.couponTemplateId }, true)
      if (campaign.couponTemplateId !== null && (await coupons.template(campaign.couponTemplateId)).state !== 'active')
        throw campaignsErrors.couponUnknown()
      const { rules } = await segments.find(campaign.segmentId, caller.scope)
      const now = clock.now()
      const startAt = campaign.startAt !== null && campaign.startAt > now ? campaign.startAt : now
      const change = {
        state: 'scheduled',
        rulesJson: JSON.stringify(rules),
        startAt,
        launchedBy: caller.staffId,
        beatAt: null,
      }
      await move(campaign, caller, 'launch', '启动', ['draft'], change)
      await start(id, startAt.getTime() - now.getTime())
      return detailById(id, caller, language)
    },
    async pause(id: string, caller: StaffCaller, language: Language) {
      const campaign = await inReach(id, caller)
      for (const state of ['scheduled', 'issuing', 'sending']) {
        // The state may move on between reading and writing: each of them is tried as what it then is.
        const paused = await inTransaction(db, async tx => {
          if (
            !(await moveCampaign(tx, id, [state], {
              state: 'paused',
              pausedFrom: state,
              chain: null,
              changedAt: clock.now(),
            }))
          )
            return false
          await noted(tx, caller, 'pause', campaign)
          return true
        })
        if (paused) return detailById(id, caller, language)
      }
      throw wrongState(await inReach(id, caller), '暂停')
    },
    async resume(id: string, caller: StaffCaller, language: Language) {
      const campaign = await inReach(id, caller)
      const state = campaign.pausedFrom ?? 'sending'
      await move(campaign, caller, 'resume', '继续', ['paused'], { state, pausedFrom: null, beatAt: null })
      const waitMs = state === 'scheduled' ? (campaign.startAt?.getTime() ?? 0) - clock.now().getTime() : 0
      await start(id, Math.max(0, waitMs))
      return detailById(id, caller, language)
    },
    async stop(id: string, caller: StaffCaller, language: Language) {
      const campaign = await inReach(id, caller)
      const now = clock.now()
      await move(
        campaign,
        caller,
        'stop',
        '停止',
        ['scheduled', 'issuing', 'sending', 'paused'],
        { state: 'stopped', chain: null, finishedAt: now },
        async tx => {
          await stopRecipients(tx, id, 'stopped')
          await wechat.withdraw(tx, groupOf(id), 'stopped', now)
        },
      )
      return detailById(id, caller, language)
    },
    async recipients(
      id: string,
      query: PageQuery & { message?: string | undefined; coupon?: string | undefined },
      caller: StaffCaller,
      language: Language,
    ) {
      const campaign = await inReach(id, caller)
      const [after] = decodeCursor(query.cursor) ?? []
      const rows = await recipientPage(db, campaign.id, {
        ...query,
        after: typeof after === 'string' ? after : null,
        limit: query.limit + 1,
      })
      const page = pageFrom(rows, query.limit, row => [row.memberId])
      const briefs = await members.briefs(
        db,
        page.items.map(row => row.memberId),
      )
      return {
        items: page.items.map(row => ({
          ...row,
          couponReason: reasonText(row.couponReason, language),
          reason: reasonText(row.reason, language),
          name: briefs.get(row.memberId)?.name ?? '',
          phone: briefs.get(row.memberId)?.phone ?? '',
        })),
        next: page.next,
      }
    },
  }
}
export type Campaigns = ReturnType<typeof createCampaignsService>
