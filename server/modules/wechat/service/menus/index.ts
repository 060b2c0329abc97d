import { WechatError } from 'wechat-api-ts'
import type { z } from 'zod'
import { inTransaction, uniqueViolation } from '../../../../kernel/db.ts'
import { commonErrors } from '../../../../kernel/errors.ts'
import { fault } from '../../../../kernel/faults.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import type { Scope } from '../../../../kernel/scope.ts'
import { Menu, wechatErrors, type menuOperations, type MenuVersion } from '../../contract/index.ts'
import { copiesOf } from '../../repository/materials.ts'
import {
  endVersion,
  insertVersion,
  menuOf,
  setLive,
  takeAsDraft,
  versionById,
  versionsOf,
  writeDraft,
  type StoredVersion,
} from '../../repository/menus.ts'
import { countFollowers } from '../../repository/relations.ts'
import type { Account, Accounts } from '../accounts.ts'
import type { AuditAccounts } from '../accounts/setup.ts'
import type { ReplyBook } from '../replies/book.ts'
import type { WithMaterials } from '../replies/lost-materials.ts'
import type { Materials } from '../replies/materials.ts'
import { menuDifferences } from './differences.ts'
import { give, mediaOf, readBack } from './give.ts'
import { PUBLISHING_MS } from './left.ts'
import { entriesWithoutMaterial } from './materials.ts'
import { menuProblems } from './problems.ts'
import { fromWire } from './wire.ts'

/** What menus need of the rest. */
export interface MenuNeeds {
  readonly audit: AuditAccounts
  readonly materials: Materials
  readonly withMaterials: WithMaterials
  /** The reply rules of an account: which keys are answered. */
  readonly replies: ReplyBook['page']
  /** A member's addresses; throws notFound outside the scope. */
  peopleOf(memberId: string, scope: Scope): Promise<{ people: { appId: string; openid: string }[] }>
}

type Reply<K extends keyof typeof menuOperations> = z.input<(typeof menuOperations)[K]['reply']>
type Source = z.output<typeof MenuVersion>['source']

const EMPTY: Menu = { entries: [], variants: [] }
const SHOWN = 50

/** Menus: the draft, what WeChat has, and the way between them. */
export function createMenus(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  accounts: Accounts,
  needs: MenuNeeds,
) {
  function accountOf(appId: string | undefined): Account {
    const account = appId === undefined ? accounts.official() : accounts.byId(appId)
    if (account === null || account.kind !== 'official') throw wechatErrors.noAccount({ kind: '公众号' })
    return account
  }

  /** WeChat's refusal in both languages; everything else stays as it is. */
  const refused = (error: unknown): Error =>
    error instanceof WechatError
      ? wechatErrors.menuRefused({ zh: error.zh, en: error.en, code: error.code ?? '' })
      : error instanceof Error
        ? error
        : new Error(String(error))

  async function keysOf(appId: string): Promise<{ key: string; rule: string }[]> {
    const { rules } = await needs.replies(appId)
    return rules.flatMap(({ name, listener: { kind, active, keys } }) =>
      kind === 'click' && active ? (keys.length === 0 ? ['*'] : keys).map(key => ({ key, rule: name })) : [],
    )
  }
  const problemsOf = async (appId: string, menu: Menu) => {
    const keys = new Set((await keysOf(appId)).map(({ key }) => key))
    return menuProblems(menu, key => keys.has(key) || keys.has('*'))
  }

  const menuIn = ({ menuJson }: StoredVersion): Menu => Menu.parse(JSON.parse(menuJson))

  async function liveOf(appId: string): Promise<StoredVersion | undefined> {
    const liveId = (await menuOf(db, appId))?.liveId ?? null
    return liveId === null ? undefined : versionById(db, liveId)
  }

  /** Writes the intention down, gives the menu to WeChat, writes down how it ended. */
  async function publish(account: Account, menu: Menu, source: Source, caller: StaffCaller): Promise<number> {
    const { appId } = account
    const severe = (await problemsOf(appId, menu)).filter(problem => problem.severe)
    if (severe.length > 0)
      throw wechatErrors.menuIncomplete({ count: severe.length, problems: severe.map(({ at }) => at).join(', ') })
    const media = await mediaOf(needs.materials, account, menu)
    const id = newId()
    const menuJson = JSON.stringify(menu)
    const by = caller.name.slice(0, 60)
    const number = await inTransaction(db, async tx => {
      const [last] = await versionsOf(tx, appId, 1)
      const now = clock.now()
      if (last?.state === 'publishing' && now.getTime() - last.createdAt.getTime() < PUBLISHING_MS)
        throw wechatErrors.menuUnderWay()
      const next = (last?.number ?? 0) + 1
      await insertVersion(tx, {
        id,
        appId,
        number: next,
        menuJson,
        source,
        state: 'publishing',
        createdAt: now,
        createdBy: by,
      })
      return next
    }).catch((error: unknown) => {
      throw uniqueViolation(error) === null ? error : wechatErrors.menuUnderWay()
    })
    const refusal = await give(account, menu, media, needs.withMaterials)
    if (refusal !== null) {
      const { error, left } = refusal
      const said = error instanceof WechatError ? `${error.zh} (${error.code ?? error.kind})` : String(error)
      const problem = `${said}${left === 'part' ? '；微信上只有一部分' : ''}`.slice(0, 300)
      await inTransaction(db, tx => endVersion(tx, id, { state: 'failed', problem, finishedAt: clock.now() }))
      throw left === 'part' && error instanceof WechatError
        ? wechatErrors.menuHalfGiven({ zh: error.zh, en: error.en, code: error.code ?? '' })
        : refused(error)
    }
    fault('wechat.afterMenuBeforeRecord')
    await inTransaction(db, async tx => {
      await endVersion(tx, id, { state: 'published', problem: '', finishedAt: clock.now() })
      if (source === 'published' || source === 'renewed') await setLive(tx, appId, id)
      else await takeAsDraft(tx, { appId, draftJson: menuJson, changedAt: clock.now(), changedBy: by, liveId: id })
      const action = source === 'rolledBack' ? 'wechat.rollBackMenu' : 'wechat.publishMenu'
      const details = { number, ...(source === 'renewed' ? { renewed: true } : {}) }
      await needs.audit(tx, caller, { action, subjectKind: 'wechatMenu', subjectId: appId, details })
    })
    return number
  }

  async function atWechat(account: Account): Promise<Menu | null> {
    const copies = new Map((await copiesOf(db, account.appId)).map(copy => [copy.mediaId, copy.materialId]))
    return readBack(account.client, mediaId => copies.get(mediaId) ?? '').catch((error: unknown) => {
      throw refused(error)
    })
  }

  return {
    async show(appIdGiven: string | undefined): Promise<Reply<'menu'>> {
      const { appId, name } = accountOf(appIdGiven)
      const kept = await menuOf(db, appId)
      const draft = kept === undefined ? EMPTY : Menu.parse(JSON.parse(kept.draftJson))
      const live = await liveOf(appId)
      return {
        appId,
        name,
        followers: await countFollowers(db, appId),
        draft,
        version: kept?.version ?? 0,
        changedAt: kept?.changedAt ?? null,
        changedBy: kept?.changedBy ?? '',
        problems: await problemsOf(appId, draft),
        differences: menuDifferences(live === undefined ? EMPTY : menuIn(live), draft),
        live:
          live === undefined
            ? null
            : { number: live.number, at: live.finishedAt ?? live.createdAt, by: live.createdBy },
        lost: [...new Set((await entriesWithoutMaterial(db, appId)).map(entry => entry.name))],
        keys: await keysOf(appId),
        miniprograms: accounts.all
          .filter(({ kind }) => kind === 'miniprogram')
          .map(mini => ({ appId: mini.appId, name: mini.name })),
      }
    },
    /** Keeps the draft; throws conflict when somebody has changed it since `version`. */
    async save(appId: string, version: number, menu: Menu, caller: StaffCaller): Promise<Reply<'saveMenu'>> {
      accountOf(appId)
      await inTransaction(db, async tx => {
        const row = { draftJson: JSON.stringify(menu), changedAt: clock.now(), changedBy: caller.name.slice(0, 60) }
        if (!(await writeDraft(tx, appId, version, row))) throw commonErrors.conflict()
      })
      const live = await liveOf(appId)
      return {
        version: version + 1,
        problems: await problemsOf(appId, menu),
        differences: menuDifferences(live === undefined ? EMPTY : menuIn(live), menu),
      }
    },
    /** Gives the draft to WeChat; throws menuIncomplete, menuUnderWay, menuRefused, menuHalfGiven, conflict. */
    async publish(appId: string, version: number, caller: StaffCaller): Promise<{ number: number }> {
      const account = accountOf(appId)
      const kept = await menuOf(db, appId)
      if (kept === undefined || kept.version !== version) throw commonErrors.conflict()
      return { number: await publish(account, Menu.parse(JSON.parse(kept.draftJson)), 'published', caller) }
    },
    async versions(appId: string): Promise<z.input<typeof MenuVersion>[]> {
      accountOf(appId)
      const liveId = (await menuOf(db, appId))?.liveId ?? null
      const rows = await versionsOf(db, appId, SHOWN + 1)
      const before = (at: number): Menu => {
        const taken = rows.slice(at + 1).find(({ state }) => state === 'published')
        return taken === undefined ? EMPTY : menuIn(taken)
      }
      return rows.slice(0, SHOWN).map((row, at) => ({
        differences: menuDifferences(before(at), menuIn(row)),
        versionId: row.id,
        number: row.number,
        source: row.source as Source,
        state: row.state as z.output<typeof MenuVersion>['state'],
        problem: row.problem,
        createdAt: row.createdAt,
        createdBy: row.createdBy,
        live: row.id === liveId,
        menu: menuIn(row),
      }))
    },
    /** Gives an older menu to WeChat again. */
    async rollBack(versionId: string, caller: StaffCaller): Promise<{ number: number }> {
      const version = await versionById(db, versionId)
      if (version === undefined) throw commonErrors.notFound()
      return { number: await publish(accountOf(version.appId), menuIn(version), 'rolledBack', caller) }
    },
    /** Gives the menu in force to WeChat again, whatever the draft is by now; throws as publish does, and noMenuThere. */
    async renew(appId: string, caller: StaffCaller): Promise<{ number: number }> {
      const account = accountOf(appId)
      const live = await liveOf(appId)
      if (live === undefined) throw wechatErrors.noMenuThere()
      return { number: await publish(account, menuIn(live), 'renewed', caller) }
    },
    async live(appId: string): Promise<Reply<'liveMenu'>> {
      const menu = await atWechat(accountOf(appId))
      const live = await liveOf(appId)
      const differences = menuDifferences(live === undefined ? EMPTY : menuIn(live), menu ?? EMPTY)
      return { menu, differences, state: menu === null ? 'none' : differences.length === 0 ? 'same' : 'different' }
    },
    /** Takes over what is in force at WeChat; nothing changes there. Throws noMenuThere. */
    async adopt(appId: string, caller: StaffCaller): Promise<{ number: number }> {
      const menu = await atWechat(accountOf(appId))
      if (menu === null) throw wechatErrors.noMenuThere()
      const id = newId()
      const by = caller.name.slice(0, 60)
      const menuJson = JSON.stringify(menu)
      return inTransaction(db, async tx => {
        const now = clock.now()
        const number = ((await versionsOf(tx, appId, 1))[0]?.number ?? 0) + 1
        await insertVersion(tx, {
          id,
          appId,
          number,
          menuJson,
          source: 'adopted',
          state: 'published',
          createdAt: now,
          createdBy: by,
          finishedAt: now,
        })
        await takeAsDraft(tx, { appId, draftJson: menuJson, changedAt: now, changedBy: by, liveId: id })
        await needs.audit(tx, caller, {
          action: 'wechat.adoptMenu',
          subjectKind: 'wechatMenu',
          subjectId: appId,
          details: { number },
        })
        return { number }
      })
    },
    /** The menu that a member sees, as WeChat decides; throws notFollowing. */
    async match(appId: string, memberId: string, { scope }: StaffCaller): Promise<{ menu: Menu }> {
      const account = accountOf(appId)
      const { people } = await needs.peopleOf(memberId, scope)
      const person = people.find(one => one.appId === appId)
      if (person === undefined) throw wechatErrors.notFollowing()
      const { button, menu } = await account.client.menus
        .tryMatch({ user_id: person.openid })
        .catch((error: unknown) => {
          throw refused(error)
        })
      return { menu: fromWire(menu?.button ?? button ?? [], [], () => '') }
    },
  }
}
export type Menus = ReturnType<typeof createMenus>
