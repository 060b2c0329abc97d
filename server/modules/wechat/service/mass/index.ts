import { WechatError } from 'wechat-api-ts'
import type { z } from 'zod'
import { inTransaction } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Language } from '../../../../kernel/http/language.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { decodeCursor, pageFrom, type Page, type PageQuery } from '../../../../kernel/page.ts'
import {
  wechatErrors,
  type MassContent,
  type massOperations,
  type MassState,
  type MassView,
} from '../../contract/index.ts'
import { massById, massPage, moveMass, type Mass } from '../../repository/mass.ts'
import type { Accounts } from '../accounts.ts'
import type { Pace } from '../pace.ts'
import type { WithMaterials } from '../replies/lost-materials.ts'
import type { Materials } from '../replies/materials.ts'
import { createMassCarrier } from './carry.ts'
import { massBody } from './content.ts'
import { createMassPlanner, type MassNeeds, type MassOrder } from './plan.ts'
import { massView } from './view.ts'

type View = z.input<typeof MassView>
type Drafts = z.input<(typeof massOperations)['massDrafts']['reply']>
/** One page of WeChat's drafts. */
const DRAFTS = 20

const refusal = (error: unknown): unknown =>
  error instanceof WechatError ? wechatErrors.massRefused({ zh: error.zh, en: error.en }) : error

/** Mass messages: one intent with a permanent key, sent under WeChat's own key, ended by what WeChat counts. */
export function createMass(
  kernel: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config' | 'log'>,
  accounts: Accounts,
  pace: Pace,
  { materials, withMaterials }: { materials: Materials; withMaterials: WithMaterials },
  needs: MassNeeds,
) {
  const { db, clock } = kernel
  const planner = createMassPlanner(kernel, accounts, materials, needs)
  const carrier = createMassCarrier(kernel, accounts, pace, withMaterials)

  /** They go to followers of every store: only headquarters sees and sends them. */
  async function found(id: string, { scope }: StaffCaller): Promise<Mass> {
    const row = scope.kind === 'all' ? await massById(db, id) : undefined
    if (row === undefined) throw commonErrors.notFound()
    return row
  }
  function headquarters({ scope }: StaffCaller): void {
    if (scope.kind !== 'all') throw commonErrors.notFound()
  }
  const one = async (id: string, caller: StaffCaller, language: Language): Promise<View> =>
    massView(await found(id, caller), language)

  return {
    reports: carrier.reports,
    work: carrier.work,
    one,
    async list(
      { cursor, limit, search, state }: PageQuery & { search?: string | undefined; state?: MassState | undefined },
      { scope }: StaffCaller,
      language: Language,
    ): Promise<Page<View>> {
      if (scope.kind !== 'all') return { items: [], next: null }
      const [before] = decodeCursor(cursor) ?? []
      const rows = await massPage(db, { before: typeof before === 'string' ? before : null, search, state }, limit + 1)
      const page = pageFrom(rows, limit, row => [row.id])
      return { next: page.next, items: page.items.map(row => massView(row, language)) }
    },
    /** The newest drafts of articles at WeChat; throws massRefused. */
    async drafts({ scope }: StaffCaller): Promise<Drafts> {
      if (scope.kind !== 'all') return { items: [] }
      try {
        const { item } = await accounts.official().client.drafts.list({ offset: 0, count: DRAFTS, no_content: 1 })
        const items = item.map(({ media_id, content, update_time }) => ({
          mediaId: media_id,
          titles: content.news_item.map(({ title }) => title ?? ''),
          picture: content.news_item[0]?.thumb_url ?? '',
          at: new Date((update_time ?? content.update_time ?? 0) * 1_000),
        }))
        return { items }
      } catch (error) {
        throw refusal(error)
      }
    },
    async count(order: Pick<MassOrder, 'purpose' | 'target' | 'at'>, caller: StaffCaller) {
      headquarters(caller)
      return planner.count(order, caller)
    },
    /** Plans a mass message; the same key is one message for ever. Throws what the planner throws. */
    async plan(order: MassOrder, caller: StaffCaller, language: Language): Promise<View> {
      headquarters(caller)
      return one(await planner.plan(order, caller), caller, language)
    },
    /** Shows a mass message to one person; spends no slot. Throws massRefused with WeChat's reason. */
    async preview(
      { openid, wxname, content }: { openid: string; wxname: string; content: MassContent },
      caller: StaffCaller,
    ): Promise<void> {
      headquarters(caller)
      const account = accounts.official()
      const body = await massBody(account, content, materials)
      const to = wxname === '' ? { touser: openid } : { towxname: wxname }
      await account.client.mass.preview({ ...body, ...to }).catch((error: unknown) => {
        throw refusal(error)
      })
    },
    /** Withdraws a mass message that has not left; throws massGone when it has. */
    async withdraw(id: string, caller: StaffCaller, language: Language): Promise<View> {
      const mass = await found(id, caller)
      if (mass.state !== 'withdrawn' && !(await carrier.withdraw(mass))) throw wechatErrors.massGone()
      return one(id, caller, language)
    },
    /** Takes an article that was sent back at WeChat, once; throws massNotThere, massRefused. */
    async remove(id: string, caller: StaffCaller, language: Language): Promise<View> {
      const mass = await found(id, caller)
      const isArticle = JSON.parse(mass.bodyJson).msgtype === 'mpnews'
      if (mass.deletedAt !== null) return massView(mass, language)
      if (mass.platformId === null || mass.state !== 'sent' || !isArticle) throw wechatErrors.massNotThere()
      const client = accounts.byId(mass.appId)?.client
      if (client === undefined) throw wechatErrors.massNotThere()
      // Taking back twice is harmless at WeChat: the record comes after the act.
      await client.mass.remove({ msg_id: mass.platformId }).catch((error: unknown) => {
        throw refusal(error)
      })
      await inTransaction(db, async tx => {
        await moveMass(tx, id, ['sent'], { deletedAt: clock.now() })
        await needs.audit(tx, caller, {
          action: 'wechat.deleteMass',
          subjectKind: 'mass',
          subjectId: id,
          details: { name: mass.title },
        })
      })
      return one(id, caller, language)
    },
  }
}
export type MassMessages = ReturnType<typeof createMass>
