import type { Words } from './parts.ts'

interface CaseWords {
  /** What was found. */
  readonly why: Words
  /** What it usually is, and what to look at before deciding. */
  readonly advice: Words
}

/** Each way in which two members are found to be perhaps one; the word is what a case keeps. */
const FOUND = {
  oneWechat: {
    why: { zh: '同一个微信开了两张会员卡', en: 'One WeChat has opened two cards' },
    advice: {
      zh: '多半是同一人：两边的手机号都能打通、都是本人的，就合并',
      en: 'Mostly one person: if both phones are theirs, merge',
    },
  },
  phoneChange: {
    why: { zh: '换手机号时，新号码已属于另一位会员', en: 'A member’s new phone is another member’s' },
    advice: {
      zh: '本人拿着手机就合并；号码是重新放出来的，请回会员页换号并勾选「号码已易主」，再标记不是同一人',
      en: 'One person holding the phone: merge. A number that was sold again: change the phone with that box ticked, then mark as two people',
    },
  },
  cardClaimedTwice: {
    why: { zh: '同一张旧卡，两位会员都说是自己的', en: 'Two members claim one old card' },
    advice: {
      zh: '一家人共用一张卡很常见：看开卡人的证件，是两个人就不要合并',
      en: 'Families often share a card: see whose papers it was opened with; two people are not merged',
    },
  },
  erpNumber: {
    why: { zh: 'ERP 会员号已登记在另一位会员名下', en: 'The ERP number is kept for another member' },
    advice: {
      zh: '对照 ERP 里的姓名和电话：对得上两边就合并，录错号就不是同一人',
      en: 'Compare name and phone in the ERP: if both fit, merge; a mistyped number means two people',
    },
  },
  cardPhone: {
    why: { zh: '旧卡登记的手机号属于另一位会员', en: 'An old card’s phone is another member’s' },
    advice: {
      zh: '可能换过号，也可能家人代办：打两个号码核对，都是本人再合并',
      en: 'A changed phone, or a card opened by family: ring both numbers, and merge only if both are theirs',
    },
  },
} as const satisfies Record<string, CaseWords>

/** How a pair was found; kept with the case. */
export type Found = keyof typeof FOUND

const isFound = (text: string): text is Found => Object.hasOwn(FOUND, text)

/** What a case says of itself; one kept in words of its own says those. */
export const caseWords = (note: string): CaseWords =>
  isFound(note) ? FOUND[note] : { why: { zh: note, en: note }, advice: { zh: '', en: '' } }
