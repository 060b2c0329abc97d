import { z } from 'zod'

/** A moment in a reply: handlers give a Date, clients get its ISO text. */
export const Instant = z
  .date()
  .transform(at => at.toISOString())
  .pipe(z.iso.datetime())
