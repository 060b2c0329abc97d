import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createChecks } from './checks.ts'
import type { Dataset } from './dataset.ts'
import { anonymous, logIn } from '../callers.ts'
import type { Instance } from './instance.ts'
import { seeded } from '../services/seeded.ts'
import { playCampaign } from './steps-campaign.ts'
import { playSales } from './steps-sales.ts'
import { playTicket } from './steps-ticket.ts'
import { playTill } from './steps-till.ts'
import type { Story } from './story.ts'
import { openWatch } from './watch.ts'

/** What the loop came to: the last line that it prints. */
export interface Outcome {
  loop: string
  ok: boolean
  passed: number
  failed: string[]
  seed: number
  figures: Record<string, number | string>
}

/** How large the story is played. */
export interface Size {
  people: number
  redeem: number
  back: number
  kills: number
  thorough: boolean
}

/** Plays the whole story on an instance and says what held. */
export async function play(
  instance: Instance,
  data: Dataset,
  size: Size,
  seed: number,
  print: (line: string) => void,
): Promise<Outcome> {
  const checks = createChecks(print)
  const owner = await logIn(instance.server, instance.owner.username, instance.owner.password, `loop-${randomUUID()}`)
  const source = await owner.call<{ id: string }>('POST', '/api/admin/imports/sources', {
    code: 'loop',
    name: '总部 ERP',
  })
  const story: Story = {
    instance,
    data,
    checks,
    owner,
    sourceId: source.id,
    watch: openWatch(instance),
    sim: anonymous(instance.sandbox),
    people: [],
    points: new Map(),
    random: seeded(seed),
    kills: size.kills,
    thorough: size.thorough,
    say: print,
  }
  // What the facts about the platform leave open is drawn anew for each run; the product must stand either way.
  const platform = {
    redeliverSameQuery: story.random() < 0.5,
    duplicatePushes: story.random() < 0.5 ? 1 : 0,
    deliveries: story.random() < 0.5 ? 3 : 4,
    resultEventAfterMs: story.random() < 0.5 ? 0 : 200,
  }
  await story.sim('PATCH', '/__sim/settings', platform)
  print(`   seed ${seed}, the platform: ${JSON.stringify(platform)}`)
  try {
    await playSales(story, size.people)
    const outcome = await playCampaign(story)
    await playTill(story, outcome, size.redeem, size.back)
    await playTicket(story)
  } finally {
    await story.watch.close()
  }
  checks.holds('no private data in the logs', noPhoneIn(instance, data))
  return {
    loop: data.name,
    ok: checks.failed.length === 0,
    passed: checks.passed(),
    failed: checks.failed,
    seed,
    figures: checks.figures,
  }
}

/** Phones are personal data: none may stand in a log. */
function noPhoneIn({ folder }: Instance, data: Dataset): boolean {
  const log = readFileSync(`${folder}/server.log`, 'utf8')
  return !data.holders.some(holder => log.includes(holder.phone))
}
