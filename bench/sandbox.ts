import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import process from 'node:process'
import { officialAccount, startSandbox } from '../sandbox/index.ts'
import { addPerson } from '../sandbox/state/world.ts'
import { print } from './figure.ts'

// What the simulator carries: safe-mode pushes out to a shop that acknowledges at once, and keyed template messages in,
// journal and phones included. The aims are what the week in the sandbox needs: 1,000 out and 800 in a second.
const people = 2000
const rounds = 5
const sends = 20_000

const shop: ChildProcess = fork(path.join(import.meta.dirname, 'sandbox', 'shop.ts'))
const said = async (): Promise<Record<string, number>> => {
  const [message]: Record<string, number>[] = await once(shop, 'message')
  return message ?? {}
}
const { port } = await said()
const settings = { pushesAtOnce: 32, resultEvents: false }
const sandbox = await startSandbox({ serverUrl: `http://127.0.0.1:${port}`, settings })
const crowd = Array.from({ length: people }, () => addPerson(sandbox.world, {}))

const timed = async (count: number, work: () => Promise<unknown>) => {
  const before = process.cpuUsage()
  const started = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { perSecond: (count / (performance.now() - started)) * 1000, cpuMs: (user + system) / 1000 / count }
}

const out = await timed(people * rounds, () => {
  for (const person of crowd) sandbox.actions.follow(person, officialAccount)
  for (let round = 1; round < rounds; round++)
    for (const person of crowd) sandbox.actions.say(person, officialAccount, `你好 ${round}`)
  return sandbox.pushes.settled()
})
print({ figure: 'sandbox.callbacks', value: out.perSecond, unit: 'callbacks/s' })
print({ figure: 'sandbox.callbackCpu', value: out.cpuMs, unit: 'ms CPU of the sandbox per callback' })

const credentials = { grant_type: 'client_credential', appid: officialAccount.appId, secret: officialAccount.secret }
const token = await fetch(`${sandbox.url}/cgi-bin/stable_token`, { method: 'POST', body: JSON.stringify(credentials) })
const { access_token: accessToken } = (await token.json()) as { access_token: string }
const url = `${sandbox.url}/cgi-bin/message/template/send?access_token=${accessToken}`
const inward = await timed(sends, async () => {
  shop.send({ url, openids: crowd.map(person => person.openids[officialAccount.appId]), count: sends })
  const { refused } = await said()
  if (refused !== 0 || sandbox.world.messages.length !== sends) throw new Error(`${refused} of the sends were refused`)
})
print({ figure: 'sandbox.sends', value: inward.perSecond, unit: 'sends/s' })
print({ figure: 'sandbox.sendCpu', value: inward.cpuMs, unit: 'ms CPU of the sandbox per send' })

const searching = performance.now()
const found = sandbox.world.journal.count({ contains: `"client_msg_id":"k${sends - 1}"`, after: 0 })
if (found !== 1) throw new Error('the journal has lost a send')
print({
  figure: 'sandbox.search',
  value: performance.now() - searching,
  unit: `ms through ${sandbox.world.journal.size()} journal entries`,
})

shop.kill()
await sandbox.stop()
