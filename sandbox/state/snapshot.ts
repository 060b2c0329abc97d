import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { TillState } from '../tills/state.ts'
import type { ConditionalMenu, Link, Media, QrCode } from './console.ts'
import { makePerson, type Person } from './person.ts'
import { settle, type World } from './world.ts'

const kept = 300
// Pictures of a demo are kept, films of a stress test are not.
const mediaKept = 16 * 1024 * 1024

const Made = z.object({
  tags: z.array(z.object({ id: z.number(), name: z.string() })),
  nextTag: z.number(),
  conditional: z.array(z.custom<ConditionalMenu>()),
  codes: z.array(z.custom<QrCode>()),
  links: z.array(z.custom<Link>()),
  media: z.array(z.custom<Omit<Media, 'bytes'> & { base64: string }>()),
})

const Snapshot = z.object({
  version: z.literal(1),
  counters: z.object({ seq: z.number(), msg: z.number(), person: z.number() }),
  shiftMs: z.number(),
  menus: z.record(z.string(), z.unknown()),
  consoles: z.record(z.string(), Made).default({}),
  sms: z.array(z.object({ id: z.string(), at: z.number(), phone: z.string(), text: z.string() })),
  shop: TillState.optional(),
  people: z.array(
    z.custom<Person>(
      value => z.object({ id: z.string(), openids: z.record(z.string(), z.string()) }).safeParse(value).success,
    ),
  ),
})

const restoreMade = (world: World, appId: string, made: z.output<typeof Made>): void => {
  const desk = world.consoles.get(appId)
  if (desk === undefined) return
  for (const tag of made.tags) desk.tags.set(tag.id, { ...tag, people: new Map() })
  desk.nextTag = made.nextTag
  desk.conditional = made.conditional
  for (const code of made.codes) {
    desk.codes.set(code.ticket, code)
    if (code.expiresAt === null) desk.permanentScenes.set(code.scene, code)
  }
  for (const link of made.links) desk.links.set(link.url, link)
  for (const { base64, ...media } of made.media)
    desk.media.set(media.mediaId, { ...media, bytes: Buffer.from(base64, 'base64') })
}

/** Brings people, phones and what the accounts made back; tokens and codes are not kept, as after a restart at WeChat. */
export const restore = (world: World, path: string): boolean => {
  if (!existsSync(path)) return false
  const read = Snapshot.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!read.success) throw new Error(`${path} is not a sandbox snapshot: ${z.prettifyError(read.error)}`)
  Object.assign(world.counters, read.data.counters)
  world.clock.shift(read.data.shiftMs)
  for (const [appId, menu] of Object.entries(read.data.menus)) world.menus.set(appId, menu)
  for (const [appId, made] of Object.entries(read.data.consoles)) restoreMade(world, appId, made)
  world.sms.push(...read.data.sms)
  if (read.data.shop !== undefined) Object.assign(world.shop, read.data.shop)
  for (const one of read.data.people) {
    // A person of an older snapshot lacks what people have today.
    const person = settle(world, { ...makePerson([...world.accounts.values()], one), ...one })
    for (const entry of person.entries) if (entry.from === 'account') world.messages.push({ person, entry })
  }
  world.messages.sort((left, right) => left.entry.seq - right.entry.seq)
  return true
}

const madeBy = (world: World) =>
  Object.fromEntries(
    [...world.consoles].map(([appId, desk]) => {
      let room = mediaKept
      const media = [...desk.media.values()].filter(({ bytes }) => (room -= bytes.length) >= 0)
      return [
        appId,
        {
          tags: [...desk.tags.values()].map(({ id, name }) => ({ id, name })),
          nextTag: desk.nextTag,
          conditional: desk.conditional,
          codes: [...desk.codes.values()],
          links: [...desk.links.values()],
          media: media.map(({ bytes, ...one }) => ({ ...one, base64: bytes.toString('base64') })),
        },
      ]
    }),
  )

const save = (world: World, path: string): void => {
  const people = [...world.people.values()].map(person => ({ ...person, entries: person.entries.slice(-kept) }))
  const snapshot = {
    version: 1,
    counters: world.counters,
    shiftMs: world.clock.shiftMs,
    menus: Object.fromEntries(world.menus),
    consoles: madeBy(world),
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
