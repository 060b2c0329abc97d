import { HttpError } from '../callers.ts'
import { decimalText } from './csv.ts'
import { customerSums, monthSums } from './facts.ts'
import { openFire } from './fire.ts'
import { importAll, startImports } from './import.ts'
import { comparePoints, enrolAll } from './people.ts'
import type { Story } from './story.ts'
import type { Totals } from './watch.ts'

/** Draws who takes part: spread over the whole list of holders, those who need a proof among them. */
export function castOf({ data, random }: Pick<Story, 'data' | 'random'>, count: number): Story['data']['holders'] {
  return data.holders
    .map(holder => ({ holder, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ holder }) => holder)
}

/** Steps 1 to 3: sales in, again and again, with people who come before and after. */
export async function playSales(story: Story, count: number): Promise<void> {
  const { data, checks, watch } = story
  const cast = castOf(story, count)
  const sums = customerSums(data.facts.values())
  const expectPoints = () => {
    for (const person of story.people) story.points.set(person.memberId, sums.get(person.cardNo)?.points ?? 0)
  }

  checks.step(0, '旧卡与一半的人', 'old cards, and half of the people before the sales')
  await importAll(story, [...data.masters, data.cards])
  checks.same('old cards', await watch.number('SELECT COUNT(*) FROM card'), data.holders.length)
  story.people.push(...(await enrolAll(story, cast.slice(0, Math.floor(count / 2)))))
  checks.same('members', story.people.length, Math.floor(count / 2))

  checks.step(1, '导入销售', 'every line of every file is in a sales document')
  const started = performance.now()
  const fire = await openFire(
    story,
    story.thorough ? ['erp.inBatch:3', 'relay.afterQueueBeforeMark:4'] : ['erp.inBatch:3'],
    story.kills,
  )
  await importAll(story, data.sales, { meanwhile: fire.tend })
  await fire.cease('first import')
  const seconds = (performance.now() - started) / 1000
  const first = await watch.totals()
  await checkTotals(story, first)
  await checkMonths(story)
  checks.figure('importSeconds', Math.round(seconds * 10) / 10)
  checks.figure('linesPerSecond', Math.round(first.lines / seconds))

  checks.step(2, '重复导入', 'everything again, in another order, with the process killed')
  await watch.drained(120)
  const again = await startImports(story, data.sales.slice(0, 1)).catch((error: unknown) => error)
  checks.holds(
    'the same file a second time is refused',
    again instanceof HttpError && again.code === 'erp.alreadyImported',
    String(again),
  )
  const shuffled = data.sales
    .map(file => ({ file, at: story.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ file }) => file)
  const fireAgain = await openFire(story, story.thorough ? ['erp.inBatch:7', 'erp.afterBatch:5'] : [], story.kills)
  await importAll(story, shuffled, { force: true, meanwhile: fireAgain.tend })
  await fireAgain.cease('second import')
  const second = await watch.totals()
  for (const [name, before] of Object.entries(first))
    checks.same(`unchanged ${name}`, String(second[name as keyof Totals]), String(before))

  checks.step(3, '关注、开卡、绑卡', 'the other half follow, enrol and bind; points of all')
  story.people.push(...(await enrolAll(story, cast.slice(Math.floor(count / 2)))))
  await watch.drained(300)
  expectPoints()
  checks.same('members', await watch.number("SELECT COUNT(*) FROM member WHERE state = 'active'"), count)
  checks.same('bound old cards', await watch.number("SELECT COUNT(*) FROM card WHERE state = 'bound'"), count)
  await comparePoints(story, 'points')
  checks.same(
    'points in the ledger',
    await watch.number('SELECT SUM(amount) FROM points_entry'),
    [...story.points.values()].reduce((sum, n) => sum + n, 0),
  )
}

async function checkTotals({ data, checks, watch }: Story, totals: Totals): Promise<void> {
  const facts = [...data.facts.values()]
  const net = facts.reduce((sum, fact) => sum + fact.net, 0n)
  const ofType = (type: string) => facts.filter(fact => fact.type === type).length
  checks.same('documents', totals.documents, facts.length)
  checks.same(
    'lines',
    totals.lines,
    facts.reduce((sum, fact) => sum + fact.lines, 0),
  )
  checks.same('customers', totals.cards, new Set(facts.map(fact => fact.card).filter(Boolean)).size)
  checks.same('net', decimalText(totals.net), decimalText(net))
  checks.same('sales', totals.sales, ofType('sale'))
  checks.same('returns', totals.returns, ofType('return'))
  checks.same('adjustments', totals.adjustments, ofType('adjustment'))
  checks.same('quarantined', totals.quarantined, 0)
  const cancelled = await watch.lines("d.type = 'return'")
  checks.same('cancelled lines', cancelled.lines, data.cancelled.lines)
  checks.same('cancelled net', decimalText(cancelled.net), decimalText(data.cancelled.net))
  const anonymous = await watch.lines("d.memberRefKind = 'none'")
  checks.same('anonymous lines', anonymous.lines, data.anonymous.lines)
  checks.same('anonymous net', decimalText(anonymous.net), decimalText(data.anonymous.net))
  const { golden } = data
  if (golden === undefined) return
  checks.same('known: lines', totals.lines, golden.lines)
  checks.same('known: documents', totals.documents, golden.documents)
  checks.same('known: customers', totals.cards, golden.customers)
  checks.same('known: net', decimalText(totals.net), decimalText(golden.net))
  checks.same('known: cancelled lines', cancelled.lines, golden.cancelledLines)
  checks.same('known: cancelled net', decimalText(cancelled.net), decimalText(golden.cancelledNet))
  checks.same('known: anonymous lines', anonymous.lines, golden.anonymousLines)
  checks.same('known: anonymous net', decimalText(anonymous.net), decimalText(golden.anonymousNet))
}

async function checkMonths({ data, checks, watch }: Story): Promise<void> {
  const months = await watch.months()
  const ours = monthSums(data.facts.values())
  const wrong = [...ours].filter(([month, net]) => months.get(month) !== net)
  checks.holds(
    `net of ${ours.size} months equals the files'`,
    wrong.length === 0 && months.size === ours.size,
    wrong.map(([month]) => month).join(', '),
  )
  const known = Object.entries(data.golden?.months ?? {})
  // The published months are rounded to the penny.
  const off = known.filter(([month, net]) => ((months.get(month) ?? 0n) - net) ** 2n > 50n ** 2n)
  if (known.length > 0)
    checks.holds(`known: ${known.length} months`, off.length === 0, off.map(([month]) => month).join(', '))
}
