const ask = async (method, path, body) => {
  const reply = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const json = await reply.json()
  if (!reply.ok) throw new Error(json.error ?? `HTTP ${reply.status}`)
  return json
}

/** Reads something of the sandbox. */
export const look = path => ask('GET', `/__sim/${path}`)

/** Does something as a person. */
export const act = (personId, what, body = {}) =>
  ask('POST', `/__sim/people/${encodeURIComponent(personId)}/${what}`, body)

/** Makes a person and gives them back. */
export const addPerson = async () => (await ask('POST', '/__sim/people', { count: 1 })).people[0]

/** Hears of everything that happens on any phone; the browser reconnects by itself. */
export const listen = (on, reconnected) => {
  const source = new EventSource('/__sim/live')
  let lost = false
  for (const name of ['entry', 'person', 'typing'])
    source.addEventListener(name, event => on(name, JSON.parse(event.data)))
  source.addEventListener('error', () => (lost = true))
  source.addEventListener('open', () => {
    if (lost) reconnected()
    lost = false
  })
}
