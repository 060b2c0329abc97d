import type Router from '@koa/router'
import type { Context } from 'koa'
import { languageOf } from '../../../kernel/http/language.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { birthdayOperations } from '../contract/birthday.ts'
import { referralOperations } from '../contract/referral.ts'
import { signInOperations } from '../contract/signin.ts'
import { surveyOperations } from '../contract/survey.ts'
import type { Rewards } from '../service/index.ts'

/** What is known of the phone or computer behind a request. */
const deviceOf = (ctx: Context): string => `${ctx.ip}|${ctx.get('user-agent')}`

/** Operation → service call: sign-in, birthday, referral, surveys. */
export function activityRoutes(router: Router, { signIn, birthday, referral, referralViews, survey }: Rewards): void {
  mount(
    router,
    { module: 'rewards', operations: signInOperations },
    {
      mySignIn: ({ query }, caller) => signIn.calendar(caller.memberId, query.month),
      signIn: (_, caller) => signIn.signIn(caller.memberId),
      makeUpSignIn: ({ body }, caller) => signIn.makeUp(caller.memberId, body.day),
      signInRules: async (_, caller) => ({
        ...(await signIn.rules.read()),
        figures: await signIn.figures(caller.scope),
      }),
      changeSignInRules: ({ body }, caller) => signIn.rules.change(caller, body),
    },
  )
  mount(
    router,
    { module: 'rewards', operations: birthdayOperations },
    {
      myBirthday: (_, caller) => birthday.mine(caller.memberId),
      changeMyBirthday: ({ body }, caller) => birthday.change(caller.memberId, body),
      birthdayRules: async (_, caller) => ({
        ...(await birthday.rules.read()),
        figures: await birthday.figures(caller.scope),
      }),
      changeBirthdayRules: ({ body }, caller) => birthday.rules.change(caller, body),
      birthdayGifts: ({ query }, caller) => birthday.gifts(caller.scope, query),
    },
  )
  mount(
    router,
    { module: 'rewards', operations: referralOperations },
    {
      myReferral: (_, caller, ctx) => referralViews.mine(caller.memberId, deviceOf(ctx)),
      myReferralPicture: (_, caller, ctx) => referralViews.picture(caller.memberId, deviceOf(ctx)),
      invitation: ({ params }, caller) => referralViews.invitation(caller, params.code),
      acceptInvitation: ({ params }, caller, ctx) => referralViews.accept(caller, params.code, deviceOf(ctx)),
      referralRules: async (_, caller) => ({
        ...(await referral.rules.read()),
        figures: await referralViews.figures(caller.scope),
      }),
      changeReferralRules: ({ body }, caller) => referral.rules.change(caller, body),
      referrals: ({ query }, caller) => referralViews.page(caller.scope, query),
      async decideReferral({ params, body }, caller) {
        await referral.decideByStaff(caller, params.inviteeId, body)
        return referralViews.row(params.inviteeId)
      },
    },
  )
  mount(
    router,
    { module: 'rewards', operations: surveyOperations },
    {
      mySurvey: ({ params }, caller) => survey.mine(caller.memberId, params.surveyId),
      surveyAfterReceipt: async ({ params }, caller) => ({
        survey: await survey.afterReceipt(caller.memberId, params.documentId),
      }),
      answerSurvey: ({ params, body }, caller) => survey.answer(caller.memberId, params.surveyId, body),
      surveys: ({ query }, caller) => survey.list(caller.scope, query),
      survey: ({ params }, caller) => survey.results(params.surveyId, caller.scope),
      createSurvey: ({ body }, caller) => survey.create(caller, body),
      updateSurvey: ({ params, body }, caller) => survey.update(caller, params.surveyId, body),
      switchSurvey: ({ params, body }, caller) => survey.switch(caller, params.surveyId, body.state),
      surveyTexts: ({ params, query }, caller) => survey.texts(params.surveyId, caller.scope, query),
      async surveyFile({ params }, caller, ctx) {
        const csv = await survey.file(params.surveyId, caller.scope, languageOf(ctx))
        ctx.attachment(`survey-${params.surveyId}.csv`)
        ctx.type = 'text/csv'
        ctx.body = csv
      },
    },
  )
}
