import { addDays, shopDay } from '../../../../kernel/clock.ts'
import type { AlertKind, AlertFacts } from '../../contract/fraud.ts'
import { fraudRepository } from '../../repository/fraud.ts'
import { fraudWatch, type Finding } from '../../repository/fraud-watch.ts'
import type { TillDeps } from '../deps.ts'
import { readFraudRules } from './limits.ts'

/** Days back that the looks over single days go: a store's file may be late. */
const LATE_DAYS = 3

/** Looks over the books of the last days by the rules of now and raises what somebody should look at; again, it raises nothing new. */
export async function watchTills({ db, clock, newId, config }: TillDeps): Promise<number> {
  const { alerts } = (await readFraudRules(db)).rules
  const today = shopDay(clock.now(), config.SHOP_ZONE)
  const late = addDays(today, -LATE_DAYS)
  const watch = fraudWatch(db)
  const looks: [AlertKind, Promise<Finding[]>, AlertFacts][] = []
  const look = (kind: AlertKind, found: Promise<Finding[]>, more: AlertFacts = {}): void => {
    looks.push([kind, found, more])
  }
  if (alerts.manyReceipts !== null)
    look('manyReceipts', watch.manyReceipts(late, today, alerts.manyReceipts.times), { days: 1 })
  if (alerts.manyPoints !== null) {
    const { days, points } = alerts.manyPoints
    look('manyPoints', watch.manyPoints(addDays(today, -days), today, points), { days })
  }
  if (alerts.returnLoop !== null) {
    const { days, times } = alerts.returnLoop
    const from = addDays(today, -days)
    look('returnLoop', watch.returnLoop(from, today, times), { days })
    // The look over all stores comes after: where both find something in one store it says more.
    look('returnLoop', watch.returnLoopOverStores(from, today, times), { days })
  }
  if (alerts.quickReturns !== null) {
    const { times, minutes } = alerts.quickReturns
    look('quickReturns', watch.quickReturns(late, today, times, minutes), { minutes })
  }
  if (alerts.returnWithoutSale !== null)
    look('returnWithoutSale', watch.returnWithoutSale(late, today, alerts.returnWithoutSale.times), { days: 1 })
  if (alerts.staffCard !== null) look('staffCard', watch.staffCard(late, today, alerts.staffCard.times), { days: 1 })

  let count = 0
  for (const [kind, found, more] of looks) {
    for (const one of await found) {
      const facts: AlertFacts = {
        ...more,
        times: one.times,
        ...(one.points === 0 ? {} : { points: one.points }),
        ...(one.soldFen === 0 ? {} : { soldFen: one.soldFen }),
        ...(one.returnedFen === 0 ? {} : { returnedFen: one.returnedFen }),
      }
      await fraudRepository(db).raise(
        {
          id: newId(),
          kind,
          storeCode: one.storeCode,
          tillCode: one.tillCode,
          memberId: one.memberId,
          cashier: one.cashier,
          businessDate: one.businessDate,
          factsJson: JSON.stringify(facts),
          createdAt: clock.now(),
        },
        one.memberId ?? `${one.tillCode ?? ''}|${one.cashier ?? ''}`,
      )
      count += 1
    }
  }
  return count
}
