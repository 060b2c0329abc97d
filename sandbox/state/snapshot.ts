import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Person } from './person.ts'
import { TillState } from '../tills/state.ts'
import { settle, type World } from './world.ts'

const kept = 300

const Snapshot = z.object({
  version: z.literal(1),
  counters: z.object({ seq: z.number(), msg: z.number(), person: z.number() }),
  shiftMs: z.number(),
  menus: z.record(z.string(), z.unknown()),
  sms: z.array(z.object({ id: z.string(), at: z.number(), phone: z.string(), text: z.string() })),
  shop: TillState.optional(),
  people: z.array(
    z.custom<Person>(
      value => z.object({ id: z.string(), openids: z.record(z.string(), z.string()) }).safeParse(value).success,
    ),
  ),
})

/** Brings the people, their phones and the menus back; tokens and codes are not kept, as after a restart at WeChat. */
export const restore = (world: World, path: string): boolean => {
  if (!existsSync(path)) return false
  const read = Snapshot.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!read.success) throw new Error(`${path} is not a sandbox snapshot: ${z.prettifyError(read.error)}`)
  Object.assign(world.counters, read.data.counters)
  world.clock.shiftMs = read.data.shiftMs
  for (const [appId, menu] of Object.entries(read.data.menus)) world.menus.set(appId, menu)
  world.sms.push(...read.data.sms)
  if (read.data.shop !== undefined) Object.assign(world.shop, read.data.shop)
  for (const person of read.data.people) settle(world, person)
  return true
}

const save = (world: World, path: string): void => {
  const people = [...world.people.values()].map(person => ({ ...person, entries: person.entries.slice(-kept) }))
  const snapshot = {
    version: 1,
    counters: world.counters,
    shiftMs: world.clock.shiftMs,
    menus: Object.fromEntries(world.menus),
    sms: world.sms.slice(-kept),
    shop: world.shop,
    people,
  }
  // A half-written file would lose everybody: write beside it, then change places.
  writeFileSync(`${path}.new`, JSON.stringify(snapshot))
  renameSync(`${path}.new`, path)
}

/** Writes the state every two seconds when something changed; the function it gives writes once more and ends it. */
export const keep = (world: World, path: string): (() => void) => {
  let written = world.changes.count
  const write = (): void => {
    if (written === world.changes.count) return
    written = world.changes.count
    save(world, path)
  }
  const timer = setInterval(write, 2000)
  timer.unref()
  return () => {
    clearInterval(timer)
    write()
  }
}
