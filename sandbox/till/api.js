/** The product did not answer in time. */
export class NoAnswer extends Error {}

const send = async (method, path, body) => {
  const reply = await fetch(`/__sim/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const json = await reply.json()
  if (reply.status === 502) throw new NoAnswer(json.error)
  if (!reply.ok) throw new Error(json.error ?? `HTTP ${reply.status}`)
  return json
}

/** Reads or changes something of the sandbox's tills. */
export const look = path => send('GET', path)
export const put = (path, body) => send('POST', path, body)

/** What the product refused, with its texts in both languages. */
export class Refused extends Error {
  constructor(reply) {
    super(reply?.message ?? reply?.code ?? 'refused')
    this.reply = reply ?? {}
  }
}

/** Asks the product as this till; the sandbox signs. */
export const ask = async (tillId, operation, body, params = {}) => {
  const { status, reply } = await put('tills/ask', { tillId, operation, params, body: body ?? {} })
  if (status >= 400) throw new Refused(reply)
  return reply
}
