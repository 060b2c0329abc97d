import { createVault } from '../../server/kernel/vault.ts'
import type { Shop } from '../shop.ts'

/** How large the shop is whose lists are asked. */
export const size = {
  members: 1_000_000,
  uses: 500_000,
  tickets: 200_000,
  audit: 500_000,
  quarantine: 50_000,
  imports: 2_000,
}

/** Six stores: half of the members belong to the first. */
export const stores = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06']

type Value = string | number | null
type Row = Record<string, Value>

const start = Date.UTC(2025, 10, 22)
const minute = 60_000

/** A moment so many minutes after the first day, as the database writes it. */
const moment = (minutes: number): string =>
  new Date(start + minutes * minute).toISOString().replace('T', ' ').replace('Z', '')
const day = (minutes: number): string => moment(minutes).slice(0, 10)

/** An id of 26 characters that sorts by number. */
export const id = (kind: string, number: number): string => `01BENCH${kind}${String(number).padStart(18, '0')}`

/** What has become of somebody's message: a third have one, the others no right to it. */
const standing = (n: number): { message: string; reason: string } =>
  n % 3 === 0 ? { message: 'planned', reason: '' } : { message: 'noRight', reason: n % 3 === 1 ? 'noCredit' : 'noMini' }

/** Rows of every large table, made one by one so that no million is ever held in memory. */
export function tables(env: Shop['env']): Record<string, () => Generator<Row>> {
  const [version = '', key = ''] = (env['VAULT_KEYS'] ?? '').split(/:(.*)/s)
  const vault = createVault(
    new Map([[version, Buffer.from(key, 'base64')]]),
    Buffer.from(env['VAULT_LOOKUP_KEY'] ?? '', 'base64'),
  )
  // A sealed text opens as slowly as any other, so few are made; the hashes must differ and each is made once.
  const sealed = vault.seal('19912345678')
  const hashes = new Map<string, string>()
  const hash = (kind: string, text: string): string => {
    const known = hashes.get(kind + text) ?? vault.hash(kind, text)
    hashes.set(kind + text, known)
    return known
  }
  const names = Array.from({ length: 3000 }, (_, n) => `王小${String.fromCodePoint(0x4e00 + n)}`)
  const sealedNames = names.map(name => vault.seal(name))
  const store = (number: number): string => stores[number % 2 === 0 ? 0 : (number % 5) + 1] ?? 'S01'
  const year = 365 * 24 * 60
  const now = moment(year)
  return {
    *store() {
      for (const code of stores) {
        yield {
          code,
          name: `禾谷超市 ${code}`,
          type: 'community',
          status: 'open',
          provisional: 0,
          createdAt: now,
          updatedAt: now,
        }
      }
    },
    *product() {
      for (let n = 0; n < 20_000; n++) {
        yield {
          code: `P${n}`,
          name: `禾谷园长粒香米 ${n}`,
          kind: 'goods',
          weighed: 0,
          status: 'active',
          provisional: 0,
          createdAt: now,
          updatedAt: now,
        }
      }
    },
    *member() {
      for (let n = 0; n < size.members; n++) {
        const phone = `199${String(n).padStart(8, '0')}`
        const at = moment((n * year) / size.members)
        yield {
          id: id('M', n),
          state: n % 50 === 49 ? 'closed' : 'active',
          cardNo: `88${String(n).padStart(18, '0')}`,
          phoneSealed: sealed,
          phoneHash: vault.hash('phone', phone),
          phoneLast4Hash: hash('phone4', phone.slice(-4)),
          nameSealed: sealedNames[n % 3000] ?? '',
          nameHash: hash('name', names[n % 3000] ?? ''),
          homeStoreCode: store(n),
          enrolledStoreCode: store(n),
          source: 'miniprogram',
          termsVersion: '1',
          termsAcceptedAt: at,
          enrolledAt: at,
          updatedAt: at,
        }
      }
    },
    *member_tally() {
      const active = new Map<string, number>()
      for (let n = 0; n < size.members; n++) if (n % 50 !== 49) active.set(store(n), (active.get(store(n)) ?? 0) + 1)
      for (const [storeCode, members] of active) yield { storeCode, slot: 0, members }
    },
    *points_account() {
      for (let n = 0; n < size.members; n++) {
        yield { memberId: id('M', n), balance: n % 9000, earned: n % 9000, updatedAt: now }
      }
    },
    *points_entry() {
      for (let n = 0; n < size.members; n++) {
        const memberId = id('M', n % 10 === 0 ? 0 : n)
        yield {
          id: id('E', n),
          memberId,
          seq: n + 1,
          amount: 10,
          balanceAfter: 10,
          reason: 'sale',
          key: `doc:${n}:r1`,
          documentId: id('D', n),
          at: moment((n * year) / size.members),
        }
      }
    },
    *sales_document() {
      for (let n = 0; n < size.members; n++) {
        const minutes = (n * year) / size.members
        const memberId = n % 3 === 0 ? null : id('M', (n * 7919) % size.members)
        yield {
          id: id('D', n),
          docKey: `${store(n)}|T1|${day(minutes)}|${n}`,
          storeCode: store(n),
          tillCode: 'T1',
          businessDate: day(minutes),
          receiptNo: String(n),
          type: 'sale',
          status: 'confirmed',
          businessAt: moment(minutes),
          channel: 'store',
          corporate: 0,
          memberRefKind: memberId === null ? 'none' : 'card',
          memberRef: memberId === null ? null : `88${String(n).padStart(18, '0')}`,
          memberId,
          gross: '66.0000',
          discount: '0.0000',
          net: '66.0000',
          lineCount: 5,
          paymentsJson: '[]',
          sourceVersion: 1,
          contentHash: String(n),
          revision: 1,
          createdAt: moment(minutes),
          updatedAt: moment(minutes),
        }
      }
    },
    *coupon_template() {
      for (let n = 0; n < 200; n++) {
        yield {
          id: id('T', n),
          name: `满50减5 第${n}期`,
          kind: 'amountOff',
          amountOff: 500,
          threshold: 5000,
          validDays: 30,
          stock: 2_000_000,
          issued: n === 0 ? size.members : 0,
          perMemberLimit: 1,
          description: '',
          state: 'active',
          createdBy: id('S', 0),
          createdAt: moment(n),
          updatedAt: moment(n),
        }
      }
    },
    *coupon() {
      for (let n = 0; n < size.members; n++) {
        yield {
          id: id('C', n),
          code: `7${String(n).padStart(15, '0')}`,
          templateId: id('T', 0),
          memberId: id('M', n),
          seq: 1,
          issueKey: `bench:${n}`,
          state: n % 20 === 0 ? 'redeemed' : 'issued',
          validFrom: moment(0),
          validTo: moment(year + 43_200),
          issuedAt: now,
          updatedAt: now,
        }
      }
    },
    *coupon_redemption() {
      for (let n = 0; n < size.uses; n++) {
        const at = (n * year) / size.uses
        yield {
          couponId: id('C', n),
          docKey: `${store(n)}|T1|${day(at)}|${n}`,
          templateId: id('T', 0),
          memberId: id('M', n),
          storeCode: store(n),
          day: day(at),
          nth: null,
          firstOf: null,
          rulesVersion: 1,
          discount: 500,
          takenBack: n % 100 === 0 ? 500 : 0,
          costHq: n % 100 === 0 ? 0 : 500,
          costStore: 0,
          costSupplier: 0,
          redeemedAt: moment(at),
          returnedAt: n % 100 === 0 ? moment(at + 600) : null,
        }
      }
    },
    *segment() {
      for (let n = 0; n < 500; n++) {
        yield {
          id: id('G', n),
          name: `人群 ${n}`,
          note: '',
          rulesJson: '{"all":[]}',
          wholeChain: 1,
          createdBy: id('S', 0),
          createdAt: moment(n),
          changedAt: moment(n),
        }
      }
    },
    *campaign() {
      for (let n = 0; n < 500; n++) {
        yield {
          id: id('P', n),
          name: `活动 ${n}`,
          purpose: 'marketing',
          segmentId: id('G', 0),
          segmentName: '人群 0',
          couponTemplateId: id('T', 0),
          route: n === 0 ? 'subscribe' : 'none',
          textJson: '{}',
          // The first is under way with a million people, the others are over.
          state: n === 0 ? 'paused' : 'done',
          pausedFrom: n === 0 ? 'sending' : null,
          frozenAt: moment(n),
          finishedAt: n === 0 ? null : moment(n),
          wholeChain: 1,
          createdBy: id('S', 0),
          createdAt: moment(n),
          changedAt: moment(n),
        }
      }
    },
    *campaign_recipient() {
      for (let n = 0; n < size.members; n++) {
        yield {
          campaignId: id('P', 0),
          memberId: id('M', n),
          storeCode: store(n),
          coupon: 'issued',
          ...standing(n),
        }
      }
    },
    *campaign_tally() {
      const counts = new Map<string, number>([['coupon|issued|', size.members]])
      for (let n = 0; n < size.members; n++) {
        const { message, reason } = standing(n)
        counts.set(`message|${message}|${reason}`, (counts.get(`message|${message}|${reason}`) ?? 0) + 1)
      }
      for (const [key, people] of counts) {
        const [about = '', outcome = '', reason = ''] = key.split('|')
        yield { campaignId: id('P', 0), about, outcome, reason, people }
      }
    },
    *wechat_message() {
      for (let n = 0; n < size.members; n++) {
        if (standing(n).message !== 'planned') continue
        const state = n % 100 < 85 ? 'sent' : n % 100 < 95 ? 'refused' : n % 100 < 97 ? 'unknown' : 'planned'
        yield {
          id: id('W', n),
          messageKey: `campaign:${id('P', 0)}:${id('M', n)}`,
          groupKey: `campaign:${id('P', 0)}`,
          appId: 'wxbench0123456789a',
          openid: `o${n}`,
          route: 'subscribe',
          purpose: 'marketing',
          templateId: 'T',
          bodyJson: '{}',
          state,
          notBefore: now,
          plannedAt: now,
          settledAt: state === 'planned' ? null : now,
          reason: state === 'refused' ? '43101' : '',
        }
      }
    },
    *ticket() {
      for (let n = 0; n < size.tickets; n++) {
        const at = moment((n * year) / size.tickets)
        yield {
          id: id('K', n),
          number: `B${n}`,
          memberId: id('M', n),
          appId: 'wxbench0123456789a',
          openid: `o${n}`,
          channel: 'official',
          kind: n % 50 === 0 ? 'complaint' : 'other',
          storeCode: store(n),
          subject: '请问今天上海青还有货吗',
          state: n % 10 === 0 ? 'open' : 'closed',
          waitingSince: n % 10 === 0 ? at : null,
          lastMessageAt: at,
          createdAt: at,
        }
      }
    },
    *audit_entry() {
      for (let n = 0; n < size.audit; n++) {
        yield {
          id: id('A', n),
          at: moment((n * year) / size.audit),
          actorKind: 'staff',
          actorId: id('S', n % 50),
          actorName: '李店长',
          action: n % 4 === 0 ? 'members.reveal' : 'members.update',
          subjectKind: 'member',
          subjectId: id('M', n % 1000),
          storeCode: store(n),
        }
      }
    },
    *erp_import() {
      for (let n = 0; n < size.imports; n++) {
        yield {
          id: id('I', n),
          sourceId: id('R', 0),
          stream: 'sales',
          mappingJson: '{}',
          fileId: id('F', n),
          fileName: `sales-${n}.csv`,
          fileHash: String(n).padStart(64, '0'),
          forced: 0,
          version: n,
          state: 'done',
          stopRequested: 0,
          rowsTotal: 100,
          rowsRead: 100,
          rowsBad: 0,
          documentsTotal: 20,
          documentsNew: 20,
          documentsChanged: 0,
          documentsSame: 0,
          documentsOlder: 0,
          documentsBad: 0,
          rowsApplied: 100,
          cursorKey: '',
          createdAt: moment(n),
        }
      }
    },
    *erp_quarantine() {
      for (let n = 0; n < size.quarantine; n++) {
        yield {
          id: id('Q', n),
          importId: id('I', n % size.imports),
          sourceId: id('R', 0),
          stream: 'sales',
          section: 0,
          line: n,
          storeCode: store(n),
          businessDate: day(n),
          reason: 'badNumber',
          problemsJson: '[]',
          valuesJson: '[]',
          state: 'open',
          createdAt: moment(n),
        }
      }
    },
  }
}
