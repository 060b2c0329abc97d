import type { Kernel } from '../../../kernel/module.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { clearCredits, creditsOf, grantCredit, openWindowsOf, type Person } from '../repository/rights.ts'
import type { Accounts } from './accounts.ts'

/** What a person lets us send: subscribe credits, and the window in the official account's conversation. */
export function createRights({ db, clock }: Pick<Kernel, 'db' | 'clock'>, accounts: Accounts) {
  /** The mini-program's subscribe templates with what the person still allows. */
  async function templates(person: Person): Promise<{ name: string; templateId: string; remaining: number }[]> {
    const named = Object.entries(accounts.byId(person.appId)?.templates ?? {})
    const credits = await creditsOf(db, person)
    return named.map(([name, templateId]) => ({ name, templateId, remaining: credits.get(templateId) ?? 0 }))
  }

  return {
    templates,
    /** Records an answer to the subscribe pop-up; the same key counts once. */
    async record(person: Person, answer: { key: string; accepted: readonly string[]; rejected: readonly string[] }) {
      const known = new Set(Object.values(accounts.byId(person.appId)?.templates ?? {}))
      const now = clock.now()
      await inTransaction(db, async tx => {
        for (const templateId of new Set(answer.accepted.filter(id => known.has(id)))) {
          await grantCredit(tx, person, templateId, `${person.openid}:${templateId.slice(-24)}:${answer.key}`, now)
        }
        // "Reject" in the pop-up takes nothing back that was accepted before; WeChat tells of that by a push.
      })
      return templates(person)
    },
    /** How many messages of one of our templates a person still allows. */
    async creditOf(person: Person, templateId: string): Promise<number> {
      return (await creditsOf(db, person)).get(templateId) ?? 0
    },
    /** What may still be written in the conversation, and until when; null when the window is closed. */
    async windowOf(person: Person): Promise<{ left: number; until: Date } | null> {
      const windows = await openWindowsOf(db, person, clock.now())
      const [last] = windows
      if (last === undefined) return null
      return { left: windows.reduce((sum, window) => sum + window.left, 0), until: last.until }
    },
    clear: clearCredits,
  }
}
