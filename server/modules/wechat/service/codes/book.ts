import { randomBytes } from 'node:crypto'
import { explain } from 'wechat-api-ts'
import { z } from 'zod'
import { inTransaction } from '../../../../kernel/db.ts'
import type { StaffCaller } from '../../../../kernel/http/caller.ts'
import type { Kernel } from '../../../../kernel/module.ts'
import { decodeCursor, pageFrom } from '../../../../kernel/page.ts'
import { inScope, type Scope } from '../../../../kernel/scope.ts'
import type { Audit, Colleague } from '../../../staff/index.ts'
import {
  ReplyMessage,
  wechatErrors,
  type CodeChange,
  type CodesQuery,
  type NewCode,
  type NewCodes,
} from '../../contract/index.ts'
import {
  changeCode,
  codesByScene,
  codesPage,
  findCode,
  insertCodes,
  takenKeys,
  takePermanent,
  type CodeRecord,
  type NewCodeRow,
} from '../../repository/codes.ts'
import { tagNames } from '../../repository/tags.ts'
import type { Accounts } from '../accounts.ts'
import type { SceneReply } from '../replies/decide.ts'
import { checkMessages, type Bring } from '../replies/sayable.ts'
import { LONGEST_TEMPORARY_MS } from './make.ts'

/** WeChat gives an account so many permanent codes in its life (wechat-protocol §3.7). */
export const PERMANENT_CODES = 100_000

/** What codes need of the staff. */
export interface CodePeople {
  /** Active members of staff within a scope, by name. */
  colleagues(scope: Scope): Promise<readonly Colleague[]>
  /** Names of staff, also of those who have left. */
  staffNames(ids: readonly string[]): Promise<Map<string, string>>
  readonly audit: Audit
}

const CARD_PAGE = 'pages/code/code'
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const newScene = (): string => `c${Array.from(randomBytes(11), byte => LETTERS[byte % LETTERS.length]).join('')}`
const Welcome = z.array(ReplyMessage)

/** Channel codes as staff see and make them, within their stores. */
export function createCodeBook(
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  accounts: Accounts,
  people: CodePeople,
  needs: { readonly bring: Bring; /** Asks for the job that makes planned codes. */ make(): Promise<void> },
) {
  async function views(codes: readonly CodeRecord[]) {
    const ids = codes.flatMap(({ staffId }) => (staffId === null ? [] : [staffId]))
    const tagIds = codes.flatMap(({ tagId }) => (tagId === null ? [] : [tagId]))
    const [names, tags] = await Promise.all([people.staffNames([...new Set(ids)]), tagNames(db, [...new Set(tagIds)])])
    return codes.map(code => ({
      codeId: code.id,
      appId: code.appId,
      scene: code.scene,
      kind: code.kind as NewCode['kind'],
      opens: code.opens as NewCode['opens'],
      name: code.name,
      storeCode: code.storeCode,
      staffId: code.staffId,
      staffName: code.staffId === null ? null : (names.get(code.staffId) ?? null),
      permanent: code.permanent === 1,
      validUntil: code.validUntil,
      welcome: code.welcomeJson === null ? null : Welcome.parse(JSON.parse(code.welcomeJson)),
      tagId: code.tagId,
      tagName: code.tagId === null ? null : (tags.get(code.tagId) ?? null),
      state: code.state as 'planned' | 'making' | 'ready' | 'failed' | 'retired',
      url: code.url,
      problem:
        code.state !== 'failed' || code.errorCode === null
          ? null
          : { zh: explain(code.errorCode).zh, en: explain(code.errorCode).en },
      createdAt: code.createdAt,
    }))
  }

  async function inReach(codeId: string, scope: Scope): Promise<CodeRecord> {
    const code = await findCode(db, codeId)
    if (code === undefined || !inScope(scope, code.storeCode)) throw wechatErrors.noSuchCode()
    return code
  }

  async function one(codeId: string, scope: Scope) {
    const [view] = await views([await inReach(codeId, scope)])
    if (view === undefined) throw wechatErrors.noSuchCode()
    return view
  }

  async function mayRecruit(staffIds: readonly (string | null)[], scope: Scope): Promise<void> {
    const wanted = staffIds.filter(id => id !== null)
    if (wanted.length === 0) return
    const known = new Set((await people.colleagues(scope)).map(({ staffId }) => staffId))
    if (wanted.some(id => !known.has(id))) throw wechatErrors.noSuchRecruiter()
  }

  function rowOf(code: NewCode, appId: string, caller: StaffCaller, onceKey: string | null): NewCodeRow {
    return {
      id: newId(),
      appId,
      scene: newScene(),
      kind: code.kind,
      opens: code.opens,
      name: code.name,
      storeCode: code.storeCode,
      staffId: code.staffId,
      permanent: code.validUntil === null ? 1 : 0,
      validUntil: code.validUntil === null ? null : new Date(code.validUntil),
      welcomeJson: code.welcome === null || code.opens === 'mini' ? null : JSON.stringify(code.welcome),
      tagId: code.opens === 'mini' ? null : code.tagId,
      state: 'planned',
      onceKey,
      createdBy: caller.staffId,
      createdAt: clock.now(),
    }
  }

  const accountOf = (opens: NewCode['opens']): string =>
    (opens === 'mini' ? accounts.mini() : accounts.official()).appId

  /** Writes rows down with what they use up; returns how many were new. */
  async function write(rows: readonly NewCodeRow[], caller: StaffCaller): Promise<number> {
    const [first] = rows
    if (first === undefined) return 0
    const permanent = first.opens === 'official' ? rows.filter(row => row.permanent === 1).length : 0
    const written = await inTransaction(db, async tx => {
      if (permanent > 0 && !(await takePermanent(tx, first.appId, permanent, PERMANENT_CODES)))
        throw wechatErrors.codesUsedUp({ limit: PERMANENT_CODES })
      const count = await insertCodes(tx, rows)
      await people.audit(tx, caller, {
        action: 'wechat.codes.create',
        subjectKind: 'code',
        subjectId: rows.length === 1 ? first.id : '',
        storeCode: rows.length === 1 ? (first.storeCode ?? null) : null,
        details: { count, name: first.name },
      })
      return count
    })
    await needs.make()
    return written
  }

  /** What a code says must be sayable to who scans it, and WeChat must have what it is made of. */
  async function prepare(opens: string, appId: string, welcome: readonly ReplyMessage[] | null): Promise<void> {
    const account = accounts.byId(appId)
    if (opens === 'mini' || welcome === null || account === null) return
    checkMessages(welcome, 'welcome')
    await needs.bring(account, welcome)
  }

  const onceKeyOf = (appId: string, storeCode: string, staffId: string): string => `${appId}|${storeCode}|${staffId}`

  /** What a code says to those who come by it. */
  const sceneReply: SceneReply = async (appId, scene) => {
    const [code] = await codesByScene(db, [scene])
    if (code === undefined || code.appId !== appId || code.welcomeJson === null) return null
    if (code.validUntil !== null && code.validUntil < clock.now()) return null
    return { name: code.name, messages: Welcome.parse(JSON.parse(code.welcomeJson)) }
  }

  return {
    sceneReply,
    one,
    async list(query: CodesQuery, scope: Scope) {
      const [at, id] = decodeCursor(query.cursor) ?? []
      const after = typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
      const rows = await codesPage(db, query, scope, after, query.limit + 1)
      const page = pageFrom(rows, query.limit, row => [row.createdAt.getTime(), row.id])
      return { ...page, items: await views(page.items) }
    },

    async people(scope: Scope) {
      return { items: [...(await people.colleagues(scope))] }
    },

    async create(body: NewCode, caller: StaffCaller) {
      if (!inScope(caller.scope, body.storeCode)) throw wechatErrors.codeElsewhere()
      if (body.kind === 'store_staff' && (body.storeCode === null || body.staffId === null))
        throw wechatErrors.codeNeedsStaff()
      const until = body.validUntil === null ? null : new Date(body.validUntil).getTime() - clock.now().getTime()
      if (until !== null && (until < 60_000 || (body.opens === 'official' && until > LONGEST_TEMPORARY_MS)))
        throw wechatErrors.codeTooLong()
      await mayRecruit([body.staffId], caller.scope)
      const appId = accountOf(body.opens)
      const key =
        body.kind === 'store_staff' && body.validUntil === null && body.storeCode !== null && body.staffId !== null
          ? onceKeyOf(appId, body.storeCode, body.staffId)
          : null
      if (key !== null && (await takenKeys(db, [key])).size > 0) throw wechatErrors.codeExists()
      await prepare(body.opens, appId, body.welcome)
      const row = rowOf(body, appId, caller, key)
      if ((await write([row], caller)) === 0) throw wechatErrors.codeExists()
      return one(row.id, caller.scope)
    },

    async createMany({ pairs, ...shared }: NewCodes, caller: StaffCaller) {
      if (pairs.some(({ storeCode }) => !inScope(caller.scope, storeCode))) throw wechatErrors.codeElsewhere()
      await mayRecruit([...new Set(pairs.map(({ staffId }) => staffId))], caller.scope)
      const appId = accountOf(shared.opens)
      await prepare(shared.opens, appId, shared.welcome)
      const names = await people.staffNames([...new Set(pairs.map(({ staffId }) => staffId))])
      const wanted = new Map(pairs.map(pair => [onceKeyOf(appId, pair.storeCode, pair.staffId), pair]))
      for (const key of await takenKeys(db, [...wanted.keys()])) wanted.delete(key)
      const rows = [...wanted].map(([key, { storeCode, staffId }]) =>
        rowOf(
          { ...shared, kind: 'store_staff', name: names.get(staffId) ?? staffId, storeCode, staffId, validUntil: null },
          appId,
          caller,
          key,
        ),
      )
      const created = await write(rows, caller)
      return { created, existing: pairs.length - created }
    },

    async update(codeId: string, change: CodeChange, caller: StaffCaller) {
      const code = await inReach(codeId, caller.scope)
      if (change.staffId !== code.staffId) await mayRecruit([change.staffId], caller.scope)
      if (code.kind === 'store_staff' && change.staffId === null) throw wechatErrors.codeNeedsStaff()
      const key =
        code.onceKey === null || change.staffId === null
          ? null
          : onceKeyOf(code.appId, code.storeCode ?? '', change.staffId)
      if (key !== null && key !== code.onceKey && (await takenKeys(db, [key])).size > 0) throw wechatErrors.codeExists()
      await prepare(code.opens, code.appId, change.welcome)
      await inTransaction(db, async tx => {
        const done = await changeCode(tx, codeId, {
          name: change.name,
          staffId: change.staffId,
          onceKey: key,
          ...(code.opens === 'mini'
            ? {}
            : {
                welcomeJson: change.welcome === null ? null : JSON.stringify(change.welcome),
                tagId: change.tagId,
              }),
        })
        if (!done) throw wechatErrors.codeRetired()
        await people.audit(tx, caller, {
          action: 'wechat.codes.update',
          subjectKind: 'code',
          subjectId: codeId,
          storeCode: code.storeCode,
          details: { name: change.name, staffId: change.staffId },
        })
      })
      return one(codeId, caller.scope)
    },

    async retry(codeId: string, caller: StaffCaller) {
      const code = await inReach(codeId, caller.scope)
      if (code.state === 'failed') {
        await inTransaction(db, tx => changeCode(tx, codeId, { state: 'planned', errorCode: null }))
        await needs.make()
      }
      return one(codeId, caller.scope)
    },

    async retire(codeId: string, caller: StaffCaller) {
      const code = await inReach(codeId, caller.scope)
      await inTransaction(db, async tx => {
        if (!(await changeCode(tx, codeId, { state: 'retired', onceKey: null }))) return
        await people.audit(tx, caller, {
          action: 'wechat.codes.retire',
          subjectKind: 'code',
          subjectId: codeId,
          storeCode: code.storeCode,
          details: { name: code.name },
        })
      })
      return one(codeId, caller.scope)
    },

    /** The picture of a mini-program code; throws platformDown when WeChat does not answer. */
    async image(codeId: string, scope: Scope): Promise<{ bytes: Buffer; type: string }> {
      const code = await inReach(codeId, scope)
      const account = accounts.byId(code.appId)
      if (code.opens !== 'mini' || account === null) throw wechatErrors.noSuchCode()
      const file = await account.client.codes.unlimited({
        scene: code.scene,
        page: CARD_PAGE,
        check_path: false,
        width: 860,
      })
      return { bytes: Buffer.from(file.bytes), type: file.contentType }
    },
  }
}
