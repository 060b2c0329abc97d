import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts'
import { miniprogramAccount, officialAccount, serverAccounts } from '../../sandbox/accounts.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { addPerson } from '../../sandbox/state/world.ts'
import { membersApi } from '../../server/modules/members/contract.ts'
import { wechatApi } from '../../server/modules/wechat/contract/index.ts'
import { world, type World } from './world.ts'

/** A shop with a WeChat around it: people with phones, the official account and the mini-program. */
export interface Stage {
  readonly shop: World
  readonly wechat: Sandbox
  readonly official: typeof officialAccount
  readonly mini: typeof miniprogramAccount
  /** Somebody with a phone who has never heard of the shop. */
  person(name?: string): Person
  /** Opens the mini-program; returns the headers of the session. */
  opens(person: Person): Promise<{ authorization: string }>
  /** Opens a card in the mini-program; returns the member's id and the session. */
  enrols(person: Person): Promise<{ memberId: string; headers: { authorization: string } }>
  /** Says yes to a subscribe pop-up of the mini-program, on the phone and to the server. */
  allows(person: Person, headers: { authorization: string }, templateId: string, times?: number): Promise<void>
  /** Waits until WeChat has pushed everything and the shop has worked it. */
  settle(): Promise<void>
  close(): Promise<void>
}

let popups = 0

/** Starts a sandbox and a clean shop beside it. */
export async function stage(
  options: Pick<SandboxOptions, 'settings' | 'accounts'> & { env?: Record<string, string> } = {},
): Promise<Stage> {
  const { settings, accounts } = options
  const wechat = await startSandbox({
    ...(settings === undefined ? {} : { settings }),
    ...(accounts === undefined ? {} : { accounts }),
  })
  const shop = await world({
    WECHAT_ACCOUNTS: JSON.stringify(serverAccounts(wechat.url)),
    SMS_URL: `${wechat.url}/sms/send`,
    WECHAT_API_URL: wechat.url,
    ...options.env,
  })
  // WeChat stamps its pushes with its own time: both clocks start together.
  shop.clock.set(new Date(wechat.world.now()))
  for (const account of wechat.world.accounts.values()) account.callbackUrl = `${shop.url}/wechat/${account.appId}`
  const mini = wechat.world.accounts.get(miniprogramAccount.appId) ?? miniprogramAccount

  const opens = async (person: Person) => {
    const code = wechat.actions.loginCode(person, mini)
    const { token } = await shop.call(wechatApi).openSession({ body: { code } })
    return { authorization: `Bearer ${token}` }
  }

  return {
    shop,
    wechat,
    official: officialAccount,
    mini: miniprogramAccount,
    person: name => addPerson(wechat.world, name === undefined ? {} : { name }),
    opens,
    async enrols(person) {
      const headers = await opens(person)
      const api = shop.call(membersApi, headers)
      const terms = await api.terms()
      const enrolled = await api.enrol({
        body: {
          termsVersion: terms.version,
          phone: { by: 'wechat', code: wechat.actions.phoneCode(person, mini) },
          consents: terms.consents.map(({ purpose, channel }) => ({ purpose, channel, granted: true })),
          name: person.name,
        },
      })
      if (enrolled.outcome !== 'enrolled') throw new Error(`not enrolled: ${enrolled.outcome}`)
      return { memberId: enrolled.member.memberId, headers }
    },
    async allows(person, headers, templateId, times = 1) {
      for (let i = 0; i < times; i++) {
        wechat.actions.answerPopup(person, mini, [{ templateId, accepted: true }])
        await shop
          .call(wechatApi, headers)
          .recordSubscriptions({ body: { key: `popup-of-the-test-${++popups}`, accepted: [templateId] } })
      }
    },
    async settle() {
      await wechat.pushes.settled()
      await shop.drain()
      await wechat.pushes.settled()
      await shop.drain()
    },
    async close() {
      await shop.close()
      await wechat.stop()
    },
  }
}
