import type { Db } from '../../../kernel/db.ts'

/** What activities keep of a person, under any of their ids, for the copy of their data; of an invitation only the day. */
export const keptActivities = async (db: Db, memberIds: readonly string[]) => ({
  signIns: await db
    .selectFrom('sign_in_day')
    .select(['day', 'points', 'bonusPoints', 'at'])
    .where('memberId', 'in', memberIds)
    .orderBy('day')
    .execute(),
  draws: await db
    .selectFrom('lottery_draw as d')
    .innerJoin('lottery as l', 'l.id', 'd.lotteryId')
    .innerJoin('lottery_prize as p', 'p.id', 'd.prizeId')
    .select(['l.name as lottery', 'p.name as prize', 'd.way', 'd.points', 'd.number', 'd.at'])
    .where('d.memberId', 'in', memberIds)
    .orderBy('d.id')
    .execute(),
  birthdayGifts: await db
    .selectFrom('birthday_gift')
    .select(['year', 'givenOn', 'points', 'coupons'])
    .where('memberId', 'in', memberIds)
    .orderBy('year')
    .execute(),
  surveys: await db
    .selectFrom('survey_answer as a')
    .innerJoin('survey as s', 's.id', 'a.surveyId')
    .select(['s.title', 'a.answersJson as answers', 'a.at'])
    .where('a.memberId', 'in', memberIds)
    .orderBy('a.id')
    .execute(),
  invited: await db
    .selectFrom('referral')
    .select(['enrolledOn', 'state', 'inviterPoints as points'])
    .where('inviterId', 'in', memberIds)
    .orderBy('at')
    .execute(),
  invitedBy: await db
    .selectFrom('referral')
    .select(['enrolledOn', 'state', 'inviteePoints as points'])
    .where('inviteeId', 'in', memberIds)
    .execute(),
})
