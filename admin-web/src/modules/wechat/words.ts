import * as messages from './message-words.ts'
import * as menu from './menu-words.ts'
import * as replies from './reply-words.ts'
import * as accounts from './account-words.ts'

/** The words of the room, by area. */
export const zh = { accounts: accounts.zh, replies: replies.zh, menu: menu.zh, messages: messages.zh }
export const en = { accounts: accounts.en, replies: replies.en, menu: menu.en, messages: messages.en }
