import * as messages from './message-words.ts'
import * as codes from './code-words.ts'
import * as followers from './follower-words.ts'
import * as masses from './mass-words.ts'
import * as pay from './pay-words.ts'
import * as menu from './menu-words.ts'
import * as replies from './reply-words.ts'
import * as accounts from './account-words.ts'

const { moments: momentsZh, tags: tagsZh, ...codesZh } = codes.zh
const { moments: momentsEn, tags: tagsEn, ...codesEn } = codes.en

/** The words of the room, by area. */
export const zh = {
  codes: codesZh,
  moments: momentsZh,
  tags: tagsZh,
  accounts: accounts.zh,
  replies: replies.zh,
  menu: menu.zh,
  messages: messages.zh,
  masses: masses.zh,
  pay: pay.zh,
  followers: followers.zh,
}
export const en = {
  codes: codesEn,
  moments: momentsEn,
  tags: tagsEn,
  accounts: accounts.en,
  replies: replies.en,
  menu: menu.en,
  messages: messages.en,
  masses: masses.en,
  pay: pay.en,
  followers: followers.en,
}
