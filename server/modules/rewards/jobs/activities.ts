import { z } from 'zod'
import { job } from '../../../kernel/jobs/job.ts'
import type { Birthdays } from '../service/birthday.ts'
import type { Referrals } from '../service/referral.ts'

/** After the shop's midnight: gifts of all who celebrate; run again, or taken up where it was killed, it gives the same. */
export const giveBirthdays = (birthday: Pick<Birthdays, 'run'>) =>
  job({
    name: 'rewards.birthdays',
    payload: z.object({}),
    every: '25 0 * * *',
    async run(_, { signal, progress }) {
      await progress({ given: await birthday.run(signal) })
    },
  })

/** After the birthdays: invitations whose return window or time is over. */
export const settleReferrals = (referral: Pick<Referrals, 'run'>) =>
  job({
    name: 'rewards.referrals',
    payload: z.object({}),
    every: '40 0 * * *',
    run: (_, { signal }) => referral.run(signal),
  })
