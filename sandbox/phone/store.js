import { act, addPerson, listen, look } from './api.js'

/** What the page knows; one object, changed only here. */
export const store = {
  config: { miniprogramUrl: '', serverUrl: '' },
  accounts: [],
  people: [],
  total: 0,
  /** Entries of the person who is looked at. */
  entries: [],
  personId: null,
  /** Difference between the sandbox's clock and this browser's. */
  shiftMs: 0,
  /** Where that clock stands; null while it runs. */
  frozenAt: null,
}

const listeners = new Set()
const tell = change => {
  for (const listener of listeners) listener(change)
}

/** Calls back after every change with what it was about: `people`, `person`, `entry`. */
export const watch = listener => listeners.add(listener)

export const now = () => store.frozenAt ?? Date.now() + store.shiftMs
export const official = () => store.accounts.find(account => account.kind === 'official')
export const miniprogram = () => store.accounts.find(account => account.kind === 'miniprogram')
export const account = appId => store.accounts.find(one => one.appId === appId)
export const person = () => store.people.find(one => one.id === store.personId)
export const threadOf = thread => store.entries.filter(entry => entry.thread === thread)

const loadPeople = async () => {
  const { people, total } = await look('people?limit=2000')
  store.people = people
  store.total = total
}

const loadAccounts = async () => {
  store.accounts = await look('accounts')
}

/** Looks at another person's phone. */
export const choose = async id => {
  store.personId = id
  if (!solo) sessionStorage.setItem('zg-phone-person', id)
  store.entries = (await look(`people/${encodeURIComponent(id)}/entries`)).entries
  tell({ kind: 'person' })
}

/** Does something as the person on the phone, then reads their state anew. */
export const doing = async (what, body) => {
  const result = await act(store.personId, what, body)
  await refresh(store.personId)
  return result
}

/** Reads what a person's phone and standing are now. */
export const refresh = async id => {
  const fresh = await look(`people/${encodeURIComponent(id)}`)
  const at = store.people.findIndex(one => one.id === id)
  if (at >= 0) store.people[at] = fresh
  else store.people.push(fresh)
  tell({ kind: 'people' })
}

/** Marks a thread as seen up to its end. */
export const seen = async thread => {
  const one = person()
  if ((one?.unread?.[thread] ?? 0) === 0) return
  one.unread[thread] = 0
  tell({ kind: 'people' })
  await act(store.personId, 'read', { thread })
}

/** Adds a person and takes up their phone. */
export const addAndChoose = async () => {
  const made = await addPerson()
  await loadPeople()
  await choose(made.id)
}

const onEntry = entry => {
  const owner = store.people.find(one => one.id === entry.personId)
  if (owner !== undefined) {
    owner.last = entry
    if (entry.from === 'account') owner.unread[entry.thread] = (owner.unread[entry.thread] ?? 0) + 1
  }
  if (entry.personId === store.personId && !store.entries.some(one => one.seq === entry.seq)) {
    store.entries.push(entry)
    tell({ kind: 'entry', entry })
  }
  peopleSoon()
}

// A campaign reaches hundreds of phones in a second: the list is drawn once for all of them.
let soon = null
const peopleSoon = () => {
  soon ??= setTimeout(() => {
    soon = null
    tell({ kind: 'people' })
  }, 120)
}

/** Loads everything and begins to listen; makes the first person if there is nobody. */
export const start = async () => {
  const [config, clock] = await Promise.all([look('config'), look('clock'), loadAccounts(), loadPeople()])
  store.config = config
  store.shiftMs = clock.shiftMs
  store.frozenAt = clock.frozen ? Date.parse(clock.now) : null
  const wanted = new URLSearchParams(location.search).get('person') ?? sessionStorage.getItem('zg-phone-person')
  if (store.people.length === 0) await addAndChoose()
  else await choose(store.people.some(one => one.id === wanted) ? wanted : store.people[0].id)
  listen(
    (name, data) => {
      if (name === 'entry') onEntry(data)
      else if (name === 'person') void refresh(data.personId)
      else if (data.personId === store.personId) tell({ kind: 'typing', ...data })
    },
    () => void Promise.all([loadPeople(), loadAccounts()]).then(() => choose(store.personId)),
  )
}

/** The menu that this person sees; null when there is none. A conditional one may be another than everybody's. */
export const menuFor = async appId =>
  (await look(`people/${encodeURIComponent(store.personId)}/menu?appId=${appId}`))?.menu ?? null

/** Only this person's phone, to stand beside another (see main.js). */
export const solo = new URLSearchParams(location.search).has('solo')
