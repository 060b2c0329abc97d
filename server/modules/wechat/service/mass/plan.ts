import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { chunks, inTransaction, type Tx } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { Scope } from '../../../../kernel/scope.ts'
import { wechatErrors, type MassContent, type MassCount, type MassTarget, type Purpose } from '../../contract/index.ts'
import { insertMass, insertMassPeople, massByKey, moveMass } from '../../repository/mass.ts'
import { countSlots, massRuns, underTag, type MassPeople } from '../../repository/mass-audience.ts'
import type { ReachRules } from '../../repository/rights/reach.ts'
import { reserveMassSlots } from '../../repository/rights/reservations.ts'
import { findTag } from '../../repository/tags.ts'
import type { Accounts } from '../accounts.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import { monthEnd } from '../limits.ts'
import type { Materials } from '../replies/materials.ts'
import { checkRules } from '../rules.ts'
import { massBody } from './content.ts'

/** WeChat takes so many named people at once (40032), and not one alone (40130): wechat-protocol §3.4. */
const NAMED_AT_ONCE = 10_000
const RUN = 1_000

/** What mass messages need from above, given by the composition root. */
export interface MassNeeds {
  readonly audit: AuditAccounts
  /**
   * A segment's name and its people as an official account knows them, of whom only those who agreed are named for
   * marketing; throws segments.notFound outside the scope.
   */
  segmentPeople(
    segmentId: string,
    to: { purpose: Purpose; appId: string },
    scope: Scope,
  ): Promise<{ name: string; people: MassPeople }>
}

/** A mass message as it is asked for. */
export interface MassOrder {
  readonly key: string
  readonly title: string
  readonly purpose: Purpose
  readonly target: MassTarget
  readonly content: MassContent
  readonly at: string | null
}

/** Whom a target means: its people, or their openids where they are named. */
interface Meant {
  readonly people: MassPeople
  readonly openids: readonly string[] | null
  readonly name: string
  readonly targetId: string
  readonly remoteTag: number | null
}
const EVERYBODY: Meant = { people: null, openids: null, name: '', targetId: '', remoteTag: null }

/** Plans mass messages: who gets one, out of whose four a month, in how many parts. */
export function createMassPlanner(
  { db, clock, newId, config }: Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>,
  accounts: Accounts,
  materials: Materials,
  { audit, segmentPeople }: MassNeeds,
) {
  const massAMonth = config.WECHAT_LIMITS.massAMonth
  const pen = () => ({ newId, now: clock.now() })

  /** The month whose slots are held; a later one has its own four only when it has begun. Throws massLaterMonth. */
  function monthOf(at: string | null): { rules: ReachRules; leaves: Date } {
    const now = clock.now()
    const asked = at === null ? now : new Date(at)
    const leaves = asked > now ? asked : now
    const ends = monthEnd(now, config.SHOP_ZONE)
    if (leaves >= ends) throw wechatErrors.massLaterMonth()
    return { rules: { now, monthEnd: ends, massAMonth }, leaves }
  }

  async function meant(target: MassTarget, purpose: Purpose, appId: string, scope: Scope): Promise<Meant> {
    if (target.kind === 'all') return EVERYBODY
    if (target.kind === 'openids') return { ...EVERYBODY, openids: [...new Set(target.openids)].toSorted() }
    if (target.kind === 'tag') {
      const tag = await findTag(db, target.tagId)
      if (tag === undefined || tag.appId !== appId || tag.state !== 'active') throw wechatErrors.noSuchTag()
      if (tag.remoteId === null) throw wechatErrors.tagNotThere({ name: tag.name })
      return {
        ...EVERYBODY,
        people: underTag(db, tag.id),
        name: tag.name,
        targetId: tag.id,
        remoteTag: tag.remoteId,
      }
    }
    const { name, people } = await segmentPeople(target.segmentId, { purpose, appId }, scope)
    return { ...EVERYBODY, people, name, targetId: target.segmentId }
  }

  async function* runsOf(tx: Tx, appId: string, { people, openids }: Meant, rules: ReachRules) {
    if (openids === null) yield* massRuns(tx, appId, people, rules)
    else for (const run of chunks(openids, RUN)) yield run
  }

  return {
    /** How many people it would reach; throws what `plan` throws for the target and the time. */
    async count(
      { purpose, target, at }: Pick<MassOrder, 'purpose' | 'target' | 'at'>,
      { scope }: StaffCaller,
    ): Promise<z.input<typeof MassCount>> {
      const { appId } = accounts.official()
      const { rules } = monthOf(at)
      const who = await meant(target, purpose, appId, scope)
      const people =
        who.openids === null
          ? who.people
          : db.selectFrom('wechat_reach').select('openid').where('appId', '=', appId).where('openid', 'in', who.openids)
      const counts = await countSlots(db, appId, people, rules)
      const isNamed = target.kind === 'segment' || target.kind === 'openids'
      return {
        ...counts,
        aMonth: massAMonth,
        parts: isNamed ? Math.max(1, Math.ceil(counts.reachable / NAMED_AT_ONCE)) : 1,
        monthEnds: rules.monthEnd,
      }
    },

    /**
     * Plans a mass message and returns the id of its first part; the same key is planned once. People without a slot left
     * this month are not written to. Throws what the rules forbid, noRightLeft, massLaterMonth, noSuchTag, tagNotThere.
     */
    async plan({ key, title, purpose, target, content, at }: MassOrder, caller: StaffCaller): Promise<string> {
      const known = await massByKey(db, key)
      if (known !== undefined) return known.id
      checkRules({ route: 'mass', purpose, text: content.type === 'text' ? content.text : '', asked: false })
      const account = accounts.official()
      const { appId } = account
      const { rules, leaves } = monthOf(at)
      const who = await meant(target, purpose, appId, caller.scope)
      const body = await massBody(account, content, materials)
      const id = newId()
      const now = clock.now()
      const row = {
        appId,
        title,
        purpose,
        target: target.kind,
        tagId: who.remoteTag,
        targetId: who.targetId,
        targetName: who.name.slice(0, 60),
        bodyJson: JSON.stringify(body),
        contentJson: JSON.stringify(content),
        state: 'planned',
        notBefore: leaves,
        sendAt: at === null ? null : leaves,
        slotUntil: rules.monthEnd,
        createdBy: caller.staffId,
        createdAt: now,
      }
      const keyed = (massId: string, massKey: string) => ({
        ...row,
        id: massId,
        massKey,
        clientMsgId: createHash('sha256').update(`mass:${massKey}`).digest('base64url'),
      })
      return inTransaction(db, async tx => {
        const stored = await insertMass(tx, keyed(id, key))
        if (stored !== id) return stored
        const lucky: string[] = []
        for await (const openids of runsOf(tx, appId, who, rules))
          lucky.push(
            ...(await reserveMassSlots(tx, { id, appId, until: rules.monthEnd, aMonth: massAMonth, openids }, pen())),
          )
        const isNamed = target.kind === 'segment' || target.kind === 'openids'
        // One alone is no mass to WeChat when people are named (40130).
        if (lucky.length < (isNamed ? 2 : 1)) throw wechatErrors.noRightLeft()
        const parts = isNamed ? Math.ceil(lucky.length / NAMED_AT_ONCE) : 1
        // Even parts, so that none of them is left with one person.
        const share = Math.ceil(lucky.length / parts)
        for (let part = 1; part <= parts; part++) {
          const people = lucky.slice((part - 1) * share, part * share)
          const partId = part === 1 ? id : newId()
          if (part > 1) await insertMass(tx, keyed(partId, `${key}:${part}`))
          for (const run of chunks(people, RUN)) await insertMassPeople(tx, partId, run)
          await moveMass(tx, partId, ['planned'], { people: people.length, part, parts })
        }
        await audit(tx, caller, {
          action: 'wechat.sendMass',
          subjectKind: 'mass',
          subjectId: id,
          details: { target: target.kind, name: who.name, people: lucky.length, purpose },
        })
        return id
      })
    },
  }
}
