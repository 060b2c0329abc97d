import { shop } from '../api/index.ts'
import { whole, yuanOfFen } from './format.ts'
import { fill } from './i18n/index.ts'

/** So many points for each so many fen; the server's EarningRate has it. */
export interface Rate {
  points: number
  fen: number
}

/** What the shop's purchases earn now; null where it cannot be asked. */
export const earningRate = (): Promise<Rate | null> => shop.points.earningRate().catch(() => null)

/** A sentence about earning with the shop's own numbers; as long as these are not known, the one without numbers. */
export const rateText = (rate: Rate | null, sentence: string, plain: string): string =>
  rate === null ? plain : fill(sentence, { yuan: yuanOfFen(rate.fen), points: whole(rate.points) })
