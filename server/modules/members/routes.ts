import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { membersApi } from './contract.ts'
import type { Cases } from './service/cases.ts'
import type { Desk } from './service/desk.ts'
import type { enrolment } from './service/enrol.ts'
import type { Merges } from './service/merge.ts'
import type { OldCards } from './service/old-cards.ts'
import type { Profile } from './service/profile.ts'
import type { SmsCodes } from './service/sms-codes.ts'
import { TERMS } from './service/terms.ts'

interface Parts {
  readonly codes: SmsCodes
  readonly entry: ReturnType<typeof enrolment>
  readonly profile: Profile
  readonly cards: OldCards
  readonly desk: Desk
  readonly cases: Cases
  readonly merges: Merges
}

/** Operation → service call. */
export function membersRoutes(router: Router, { codes, entry, profile, cards, desk, cases, merges }: Parts): void {
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
    closeMe: (_, caller) => profile.close(caller, caller.memberId, 'shopper'),

    list: ({ query }, caller) => desk.list(query, caller.scope),
    head: ({ params }, caller) => desk.head(params.memberId, caller.scope),
    consentHistory: ({ params }, caller) => desk.consentHistory(params.memberId, caller.scope),
    reveal: ({ params, body }, caller) => desk.reveal(caller, params.memberId, body.field, body.reason),
    bindCard: ({ params, body }, caller) => desk.bindCard(caller, params.memberId, body.cardNo, body.reason),
    changeHomeStore: ({ params, body }, caller) => desk.changeHomeStore(caller, params.memberId, body.storeCode),
    close: ({ params, body }, caller) => desk.close(caller, params.memberId, body.reason),
    recruiters: (_, caller) => desk.recruiters(caller.scope),
    summary: ({ query }, caller) => desk.summary(caller.scope, query.from, query.to),

    cases: ({ query }, caller) => cases.list(caller.scope, query),
    keepApart: ({ params, body }, caller) => cases.keepApart(caller, params.caseId, body.note),
    mergePreview: ({ params }, caller) => merges.preview(caller.scope, params.memberId, params.otherId),
    merge: ({ params, body }, caller) => merges.merge(caller, params.memberId, body.otherId, body),
    merges: ({ params }, caller) => merges.ofMember(params.memberId, caller.scope),
    undoPreview: ({ params }, caller) => merges.undoPreview(caller.scope, params.mergeId),
    undoMerge: ({ params, body }, caller) => merges.undo(caller, params.mergeId, body.note),
  })
}
