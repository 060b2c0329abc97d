import type { Chance } from './chance.ts'

/** What goes wrong when a rule strikes (wechat-protocol §7.2, 7). */
export type Fault =
  | { do: 'errcode'; errcode: number; errmsg?: string }
  | { do: 'httpStatus'; status: number }
  /** The answer comes late although the call was worked at once. */
  | { do: 'delay'; ms: number }
  /** `before`: nothing was done. `after`: the message was accepted, and nobody is told. */
  | { do: 'drop'; when: 'before' | 'after' }
  /** The answer breaks off after so many bytes; the call was worked. */
  | { do: 'truncate'; bytes: number }
  | { do: 'malformed' }
  /** The token of this call is dead from now on. */
  | { do: 'killToken' }

/** A rule: which calls, after how many that pass, how often, and with what chance. */
export interface FaultRule {
  id: string
  match: { path?: string; appId?: string; contains?: string }
  fault: Fault
  /** Calls that pass before the rule begins. */
  skip: number
  /** How often it strikes; null = for ever. */
  times: number | null
  /** 0–1; drawn from a seeded row, so that a run can be repeated. */
  chance: number
  struck: number
}

/** The rules in force, asked once per call. */
export interface Faults {
  add: (rule: Omit<FaultRule, 'id' | 'struck'>) => FaultRule
  list: () => FaultRule[]
  remove: (id: string | null) => void
  strike: (call: { path: string; appId: string; body: string }) => FaultRule | null
}

// A path ending in * stands for everything that begins so.
const samePath = (wanted: string, path: string): boolean =>
  wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : wanted === path

/** No rules at first: asking then costs one comparison. */
export const createFaults = (chance: Chance): Faults => {
  let rules: FaultRule[] = []
  let ids = 0
  const hits = (rule: FaultRule, call: { path: string; appId: string; body: string }): boolean =>
    (rule.match.path === undefined || samePath(rule.match.path, call.path)) &&
    (rule.match.appId === undefined || rule.match.appId === call.appId) &&
    (rule.match.contains === undefined || call.body.includes(rule.match.contains))
  return {
    add: rule => {
      const added = { ...rule, id: `f${++ids}`, struck: 0 }
      rules.push(added)
      return added
    },
    list: () => rules,
    remove: id => {
      rules = id === null ? [] : rules.filter(rule => rule.id !== id)
    },
    strike: call => {
      if (rules.length === 0) return null
      for (const rule of rules) {
        if (!hits(rule, call) || (rule.times !== null && rule.struck >= rule.times)) continue
        if (rule.skip > 0) {
          rule.skip--
          continue
        }
        if (!chance.happens(rule.chance)) continue
        rule.struck++
        return rule
      }
      return null
    },
  }
}
