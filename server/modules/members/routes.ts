import type Router from '@koa/router'
import { languageOf } from '../../kernel/http/language.ts'
import { mount } from '../../kernel/http/mount.ts'
import { narrowed } from '../../kernel/scope.ts'
import { membersApi } from './contract.ts'
import type { Cases } from './service/cases.ts'
import type { Desk } from './service/desk.ts'
import type { enrolment } from './service/enrol.ts'
import type { MemberRows } from './service/export-rows.ts'
import type { Households } from './service/household.ts'
import type { IdentityDesk } from './service/identity-desk.ts'
import type { Merges } from './service/merge.ts'
import type { OldCards } from './service/old-cards.ts'
import type { Profile } from './service/profile.ts'
import type { RequestDesk } from './service/request-desk.ts'
import type { PersonRequests } from './service/requests.ts'
import type { SmsCodes } from './service/sms-codes.ts'
import { TERMS } from './service/terms.ts'
import type { MemberTimeline } from './service/timeline.ts'

interface Parts {
  readonly codes: SmsCodes
  readonly entry: ReturnType<typeof enrolment>
  readonly profile: Profile
  readonly cards: OldCards
  readonly desk: Desk
  readonly cases: Cases
  readonly merges: Merges
  readonly identity: IdentityDesk
  readonly requests: PersonRequests
  readonly requestDesk: RequestDesk
  readonly household: Households
  readonly timeline: MemberTimeline
  readonly rows: MemberRows
}

/** Operation → service call. */
export function membersRoutes(
  router: Router,
  {
    codes,
    entry,
    profile,
    cards,
    desk,
    cases,
    merges,
    identity,
    requests,
    requestDesk,
    household,
    timeline,
    rows,
  }: Parts,
): void {
  mount(router, membersApi, {
    terms: () => TERMS,
    sendSmsCode: ({ body }, caller) => codes.send(body.phone, `${caller.appId}:${caller.openid}`),
    enrol: ({ body }, caller) => entry.enrol(caller, body),
    proveClaim: ({ params, body }, caller) => entry.prove(caller, params.claimId, body),
    declineClaim: ({ params }, caller) => entry.decline(caller, params.claimId),
    me: async (_, caller) => ({
      member: caller.memberId === null ? null : await profile.view(await profile.active(caller.memberId)),
    }),
    updateMe: ({ body }, caller) => profile.update(caller.memberId, body),
    myConsents: (_, caller) => profile.consents(caller.memberId),
    changeConsents: ({ body }, caller) => profile.changeConsents(caller.memberId, body.consents),
    myOldCards: async (_, caller) => ({ items: await cards.list(await profile.active(caller.memberId)) }),
    bindOldCard: ({ body }, caller) => cards.bind(caller.memberId, body.ref, body.proof),
    closeMe: ({ body }, caller) =>
      profile.close(caller, caller.memberId, { reason: 'shopper', newHeadId: body.newHeadId }),

    list: ({ query }, caller) => desk.list(query, caller.scope),
    head: ({ params }, caller) => desk.head(params.memberId, caller.scope),
    consentHistory: ({ params }, caller) => desk.consentHistory(params.memberId, caller.scope),
    reveal: ({ params, body }, caller) => desk.reveal(caller, params.memberId, body.field, body.reason),
    bindCard: ({ params, body }, caller) => desk.bindCard(caller, params.memberId, body.cardNo, body.reason),
    changeHomeStore: ({ params, body }, caller) => desk.changeHomeStore(caller, params.memberId, body.storeCode),
    close: ({ params, body }, caller) => desk.close(caller, params.memberId, body),
    recruiters: (_, caller) => desk.recruiters(caller.scope),
    summary: ({ query }, caller) => desk.summary(narrowed(caller.scope, query.storeCode), query.from, query.to),

    cases: ({ query }, caller) => cases.list(caller.scope, query),
    keepApart: ({ params, body }, caller) => cases.keepApart(caller, params.caseId, body.note),
    mergePreview: ({ params }, caller) => merges.preview(caller.scope, params.memberId, params.otherId),
    merge: ({ params, body }, caller) => merges.merge(caller, params.memberId, body.otherId, body),
    merges: ({ params }, caller) => merges.ofMember(params.memberId, caller.scope),
    undoPreview: ({ params }, caller) => merges.undoPreview(caller.scope, params.mergeId),
    changePhone: ({ params, body }, caller) => identity.changePhone(caller, params.memberId, body),
    releasePhone: ({ params, body }, caller) => identity.releasePhone(caller, params.memberId, body),
    unlinkWechat: ({ params, body }, caller) => identity.unlinkWechat(caller, params.memberId, body),
    linkNumber: ({ params, body }, caller) => identity.linkNumber(caller, params.memberId, body),
    withdrawConsents: ({ params, body }, caller) => identity.withdrawConsents(caller, params.memberId, body),
    exportMember: ({ params, body }, caller) => requests.askFor(caller, params.memberId, body),
    requests: ({ query }, caller) => requestDesk.list(caller.scope, query),
    request: ({ params }, caller) => requestDesk.report(caller, params.requestId),
    exportFile: async ({ params, query }, caller, ctx) => {
      const text = await requests.file(caller, params.requestId, query.form)
      ctx.attachment(`personal-data-${params.requestId}.${query.form}`)
      ctx.type = query.form === 'json' ? 'application/json' : 'text/html; charset=utf-8'
      ctx.body = text
    },
    myRequests: (_, caller) => requests.mine(caller.memberId),
    askExport: async (_, caller) => requests.askMine(caller, await profile.active(caller.memberId)),
    myExport: ({ params }, caller) => requests.read(caller.memberId, params.requestId),

    myHousehold: (_, caller) => household.view(caller.memberId),
    inviteToHousehold: (_, caller) => household.invite(caller.memberId),
    joinHousehold: ({ body }, caller) => household.join(caller.memberId, body.code),
    leaveHousehold: ({ body }, caller) => household.leave(caller, body),
    household: async ({ params }, caller) => household.view((await desk.inReach(params.memberId, caller.scope)).id),
    changeHouseholdHead: ({ params, body }, caller) => household.changeHead(caller, params.memberId, body),
    timeline: ({ params, query }, caller, ctx) => timeline(caller, params.memberId, query, languageOf(ctx)),
    exportRows: ({ body }, caller, ctx) => rows.exportRows(caller, body, languageOf(ctx)),
    undoMerge: ({ params, body }, caller) => merges.undo(caller, params.mergeId, body.note),
  })
}
