import { startSandbox, miniprogramAccount, serverAccounts, type Sandbox } from '../../../sandbox/index.ts'
import { addPerson } from '../../../sandbox/state/world.ts'
import type { Contract } from '../../../server/kernel/http/contract.ts'
import type { Client } from '../../../server/kernel/http/client.ts'
import { membersApi, type Enrolled } from '../../../server/modules/members/contract.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { world, type World } from '../../support/world.ts'

/** A shop with a WeChat platform of its own: people with phones can walk in. */
export interface ShopWithPeople extends World {
  readonly sandbox: Sandbox
}

/** Opens a shop whose WeChat and SMS gateway are a sandbox. */
export async function shopWithPeople(env: Record<string, string> = {}): Promise<ShopWithPeople> {
  const sandbox = await startSandbox()
  const shop = await world({
    WECHAT_ACCOUNTS: JSON.stringify(serverAccounts(sandbox.url)),
    SMS_URL: `${sandbox.url}/sms/send`,
    ...env,
  })
  const close = async (): Promise<void> => {
    await shop.close()
    await sandbox.stop()
  }
  return { ...shop, sandbox, close }
}

/** Somebody in the mini-program. */
export interface Shopper {
  readonly phone: string
  call<C extends Contract>(contract: C): Client<C>
  /** A fresh code of WeChat's phone button. */
  phoneCode(): string
  /** 开卡 with the wanted answers; unnamed consents are refused. */
  enrol(more?: { name?: string; storeCode?: string; grant?: string[] }): Promise<Enrolled>
}

let phones = 0
/** A phone from the range that was never allocated. */
export const newPhone = (): string => `1540${String((phones += 1)).padStart(7, '0')}`

/** Somebody opens the mini-program. */
export async function shopper(shop: ShopWithPeople, { phone = newPhone(), name = '王小明' } = {}): Promise<Shopper> {
  const { world: wechat, actions } = shop.sandbox
  const person = addPerson(wechat, { name, phone })
  const { token } = await shop
    .call(wechatApi)
    .openSession({ body: { code: actions.loginCode(person, miniprogramAccount) } })
  const headers = { authorization: `Bearer ${token}` }
  const phoneCode = (): string => actions.phoneCode(person, miniprogramAccount)
  return {
    phone,
    phoneCode,
    call: contract => shop.call(contract, headers),
    async enrol({ name: given, storeCode, grant = [] } = {}) {
      const terms = await shop.call(membersApi).terms({})
      return shop.call(membersApi, headers).enrol({
        body: {
          termsVersion: terms.version,
          phone: { by: 'wechat', code: phoneCode() },
          consents: terms.consents.map(({ purpose, channel }) => ({
            purpose,
            channel,
            granted: grant.includes(`${purpose}/${channel}`),
          })),
          ...(given === undefined ? {} : { name: given }),
          ...(storeCode === undefined ? {} : { storeCode }),
        },
      })
    },
  }
}

/** Enrols a new person and tells the member. */
export async function newMember(
  shop: ShopWithPeople,
  more: { phone?: string; name?: string; storeCode?: string } = {},
): Promise<Shopper & { memberId: string; cardNo: string }> {
  const person = await shopper(shop, more)
  const enrolled = await person.enrol(more)
  if (enrolled.outcome !== 'enrolled') throw new Error(`a new phone belongs to ${enrolled.memberName}`)
  return { ...person, memberId: enrolled.member.memberId, cardNo: enrolled.member.cardNo }
}
