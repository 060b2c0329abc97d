import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import { consentChanged } from '../events.ts'
import { consentsRepository } from '../repository/consents.ts'
import { membersRepository, type MemberRecord } from '../repository/members.ts'
import type { MembersDeps } from './deps.ts'
import { movePlace, movePlaceBack } from './household-place.ts'
import type { MemberPart, MovedItem } from './parts.ts'

const cut = (ref: string): [kind: string, rest: string] => {
  const at = ref.indexOf(':')
  return [ref.slice(0, at), ref.slice(at + 1)]
}

const PHONE = ['phoneSealed', 'phoneHash', 'phoneLast4Hash'] as const
const NAME = ['nameSealed', 'nameHash'] as const
const BIRTHDAY = ['birthdaySealed', 'birthdayHash'] as const

/** Phones that show the old one's turning code show the kept one's; a phone that both had stays the kept one's. */
async function movedDevices(tx: Tx, from: string, to: string): Promise<string[]> {
  const kept = await tx.selectFrom('member_code_device').select('deviceHash').where('memberId', '=', to).execute()
  const known = new Set(kept.map(row => row.deviceHash))
  const rows = await tx
    .selectFrom('member_code_device')
    .select(['handle', 'deviceHash'])
    .where('memberId', '=', from)
    .execute()
  const handles = rows.flatMap(row => (known.has(row.deviceHash) ? [] : [row.handle]))
  if (handles.length > 0)
    await tx.updateTable('member_code_device').set({ memberId: to }).where('handle', 'in', handles).execute()
  return handles
}

/** Who a member is: identities, old cards, what they told of themselves, and what they agreed to. */
export function ownPart(deps: Pick<MembersDeps, 'clock' | 'newId'>): MemberPart {
  const { clock, newId } = deps

  async function pick(tx: Tx, id: string): Promise<MemberRecord> {
    const member = await membersRepository(tx).find(id)
    if (member === undefined) throw new Error('a member that was held has gone')
    return member
  }

  /** What only the old one has told is told of the one who is kept. A phone that stays behind opens the account all the same. */
  async function fields(tx: Tx, old: MemberRecord, kept: MemberRecord): Promise<MovedItem[]> {
    const items: MovedItem[] = []
    const change: Partial<MemberRecord> = {}
    if (kept.phoneHash === null && old.phoneHash !== null) {
      items.push({ ref: 'field:phone', note: old.phoneHash })
      for (const column of PHONE) change[column] = old[column]
      // One phone, one row: it leaves the old one before it comes to the other.
      await tx
        .updateTable('member')
        .set({ phoneSealed: null, phoneHash: null, phoneLast4Hash: null })
        .where('id', '=', old.id)
        .execute()
    }
    if (kept.nameHash === null && old.nameHash !== null) {
      items.push({ ref: 'field:name', note: old.nameHash })
      for (const column of NAME) change[column] = old[column]
    }
    if (kept.birthdayHash === null && old.birthdayHash !== null) {
      items.push({ ref: 'field:birthday', note: old.birthdayHash })
      for (const column of BIRTHDAY) change[column] = old[column]
    }
    if (items.length > 0)
      await tx
        .updateTable('member')
        .set({ ...change, updatedAt: clock.now() })
        .where('id', '=', kept.id)
        .execute()
    return items
  }

  async function fieldBack(tx: Tx, field: string, hash: string, from: string, to: string): Promise<void> {
    const kept = await pick(tx, to)
    const clear = (columns: readonly string[]) => Object.fromEntries(columns.map(column => [column, null]))
    const isSame = { phone: kept.phoneHash, name: kept.nameHash, birthday: kept.birthdayHash }[field] === hash
    // Corrected since: then it is the kept one's own.
    if (!isSame) return
    const columns = field === 'phone' ? PHONE : field === 'name' ? NAME : BIRTHDAY
    await tx.updateTable('member').set(clear(columns)).where('id', '=', to).execute()
    if (field === 'phone')
      await tx
        .updateTable('member')
        .set({ phoneSealed: kept.phoneSealed, phoneHash: kept.phoneHash, phoneLast4Hash: kept.phoneLast4Hash })
        .where('id', '=', from)
        .execute()
  }

  /** Writes what the person kept agrees to now, as a consequence of the merge. */
  async function consent(tx: Tx, memberId: string, name: string, granted: boolean): Promise<void> {
    const [purpose = '', channel = ''] = name.split('/')
    const now = (await consentsRepository(tx).current(memberId)).find(
      row => row.purpose === purpose && row.channel === channel,
    )
    if (now === undefined || (now.granted === 1) === granted) return
    const entry = { memberId, purpose, channel, version: now.version, source: 'merge', at: clock.now() }
    await consentsRepository(tx).record([{ ...entry, id: newId(), granted: granted ? 1 : 0 }])
    await publish(tx, consentChanged, { memberId, purpose, channel, granted })
  }

  return {
    name: 'identity',
    label: { zh: '身份', en: 'Identity' },
    async holds(db, memberId) {
      const identities = await membersRepository(db).identities(memberId)
      const count = (...kinds: string[]): string => String(identities.filter(one => kinds.includes(one.kind)).length)
      return [
        { key: 'wechat', label: { zh: '微信身份', en: 'WeChat identities' }, value: count('openid', 'unionid') },
        { key: 'cards', label: { zh: '旧卡', en: 'Old cards' }, value: count('card') },
      ]
    },
    async warns(db, { from, to }) {
      const [old, kept] = [await membersRepository(db).find(from), await membersRepository(db).find(to)]
      const both = old?.phoneHash !== null && kept?.phoneHash !== null
      return both
        ? [
            {
              zh: '两个手机号都能打开保留的账户；主号码是保留会员的',
              en: 'Both phones open the account that is kept; its own stays the main one',
            },
          ]
        : []
    },
    async move(tx, { from, to }) {
      const [old, kept] = [await pick(tx, from), await pick(tx, to)]
      const identities = await membersRepository(tx).identities(from)
      await tx.updateTable('member_identity').set({ memberId: to }).where('memberId', '=', from).execute()
      const cards = await tx.selectFrom('card').select('cardNo').where('memberId', '=', from).forUpdate().execute()
      await tx.updateTable('card').set({ memberId: to }).where('memberId', '=', from).execute()
      const devices = await movedDevices(tx, from, to)
      const refusals = (await consentsRepository(tx).current(from)).filter(row => row.granted === 0)
      const granted = (await consentsRepository(tx).current(to)).filter(row => row.granted === 1)
      // A no of either is a no of the person.
      const withdrawn = granted.filter(row =>
        refusals.some(one => one.purpose === row.purpose && one.channel === row.channel && one.at > row.at),
      )
      for (const row of withdrawn) await consent(tx, to, `${row.purpose}/${row.channel}`, false)
      return [
        ...identities.map(row => ({ ref: `identity:${row.id}` })),
        ...cards.map(row => ({ ref: `card:${row.cardNo}` })),
        ...devices.map(handle => ({ ref: `device:${handle}` })),
        ...withdrawn.map(row => ({ ref: `consent:${row.purpose}/${row.channel}` })),
        ...(await fields(tx, old, kept)),
        ...(await movePlace(tx, from, to)),
      ]
    },
    async moveBack(tx, { from, to }, items) {
      for (const { ref, note } of items) {
        const [kind, rest] = cut(ref)
        if (kind === 'identity')
          await tx
            .updateTable('member_identity')
            .set({ memberId: from })
            .where('id', '=', rest)
            .where('memberId', '=', to)
            .execute()
        if (kind === 'card')
          await tx
            .updateTable('card')
            .set({ memberId: from })
            .where('cardNo', '=', rest)
            .where('memberId', '=', to)
            .execute()
        if (kind === 'device')
          await tx
            .updateTable('member_code_device')
            .set({ memberId: from })
            .where('handle', '=', rest)
            .where('memberId', '=', to)
            .execute()
        if (kind === 'consent') await consent(tx, to, rest, true)
        if (kind === 'household') await movePlaceBack(tx, { ref, note: note ?? null }, from, to)
        if (kind === 'field') await fieldBack(tx, rest, note ?? '', from, to)
      }
    },
  }
}
