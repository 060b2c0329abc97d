import type { Tag } from '../state/console.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { type Call, type Endpoints, judging, object, official, personOf, text, texts, whole } from './call.ts'
import { openidPage } from './people.ts'

// wechat-protocol §3.6: 100 tags an account, 20 a person, 50 people at once, none deleted above 100,000 fans.
const mostTags = 100
const mostOfPerson = 20
const mostAtOnce = 50
const mostFansToDelete = 100_000

const nameProblem = ({ desk }: Call, name: string, own: number | null): number | null => {
  if (name === '') return 45157
  if (Array.from(name).length > 30) return 45158
  return [...desk.tags.values()].some(tag => tag.name === name && tag.id !== own) ? 45157 : null
}

const ownTag = ({ desk, data }: Call, where: Record<string, unknown> | null = data, field = 'tagid'): Tag | number => {
  const id = where === null ? null : whole(where, field)
  if (id === null) return 45159
  return desk.tags.get(id) ?? 45159
}

const create = (call: Call): Answer => {
  const name = text(object(call.data, 'tag') ?? {}, 'name')
  const problem = nameProblem(call, name, null)
  if (problem !== null) return refuse(problem)
  if (call.desk.tags.size >= mostTags) return refuse(45056)
  const id = call.desk.nextTag++
  call.desk.tags.set(id, { id, name, people: new Map() })
  call.world.changes.count++
  return { tag: { id, name } }
}

const update = (call: Call): Answer => {
  const given = object(call.data, 'tag')
  const tag = ownTag(call, given, 'id')
  if (typeof tag === 'number') return refuse(tag)
  if (tag.id <= 2) return refuse(45058)
  const problem = nameProblem(call, text(given ?? {}, 'name'), tag.id)
  if (problem !== null) return refuse(problem)
  tag.name = text(given ?? {}, 'name')
  call.world.changes.count++
  return ok()
}

const remove = (call: Call): Answer => {
  const tag = ownTag(call, object(call.data, 'tag'), 'id')
  if (typeof tag === 'number') return refuse(tag)
  if (tag.id <= 2) return refuse(45058)
  if (tag.people.size > mostFansToDelete) return refuse(45057)
  const { appId } = call.account
  for (const person of tag.people.values()) person.tags[appId] = (person.tags[appId] ?? []).filter(id => id !== tag.id)
  call.desk.tags.delete(tag.id)
  call.world.changes.count++
  return ok()
}

const members =
  (adding: boolean) =>
  (call: Call): Answer => {
    const tag = ownTag(call)
    if (typeof tag === 'number') return refuse(tag)
    const list = texts(call.data, 'openid_list')
    if (list === null || list.length === 0) return refuse(40031)
    if (list.length > mostAtOnce) return refuse(40032)
    const { appId } = call.account
    const people = list.map(openid => personOf(call, openid))
    // Only followers carry tags.
    if (people.some(one => one?.following[appId] === undefined)) return refuse(40003)
    if (
      adding &&
      people.some(one => (one?.tags[appId]?.length ?? 0) >= mostOfPerson && !one?.tags[appId]?.includes(tag.id))
    )
      return refuse(45059)
    for (const person of people) {
      if (person === undefined) continue
      const openid = person.openids[appId] ?? ''
      const others = (person.tags[appId] ?? []).filter(id => id !== tag.id)
      person.tags[appId] = adding ? [...others, tag.id] : others
      if (adding) tag.people.set(openid, person)
      else tag.people.delete(openid)
    }
    call.world.changes.count++
    return ok()
  }

const fansOf = (call: Call): Answer => {
  const tag = ownTag(call)
  if (typeof tag === 'number') return refuse(tag)
  const list = [...tag.people.keys()]
  const after = text(call.data, 'next_openid')
  const { total: _total, ...page } = openidPage(list, after === '' ? 0 : list.indexOf(after) + 1)
  return page
}

/** wechat-protocol §3.6: tags. */
export const tagEndpoints: Endpoints = {
  '/cgi-bin/tags/create': judging(official(create)),
  '/cgi-bin/tags/get': official(({ desk }) => ({
    tags: [...desk.tags.values()].map(({ id, name, people }) => ({ id, name, count: people.size })),
  })),
  '/cgi-bin/tags/update': judging(official(update)),
  '/cgi-bin/tags/delete': official(remove),
  '/cgi-bin/user/tag/get': official(fansOf),
  '/cgi-bin/tags/members/batchtagging': official(members(true)),
  '/cgi-bin/tags/members/batchuntagging': official(members(false)),
  '/cgi-bin/tags/getidlist': official(call => {
    const person = personOf(call, text(call.data, 'openid'))
    return person === undefined ? refuse(40003) : { tagid_list: person.tags[call.account.appId] ?? [] }
  }),
}
