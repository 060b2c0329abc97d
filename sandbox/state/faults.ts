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
  seed: (seed: number) => void
}

/** Mulberry32: small, seeded, good enough to throw dice with. */
const dice = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** No rules at first: asking then costs one comparison. */
export const createFaults = (): Faults => {
  let rules: FaultRule[] = []
  let ids = 0
  let roll = dice(1)
  const hits = (rule: FaultRule, call: { path: string; appId: string; body: string }): boolean =>
    (rule.match.path === undefined || rule.match.path === call.path) &&
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
    seed: seed => {
      roll = dice(seed)
    },
    strike: call => {
      if (rules.length === 0) return null
      for (const rule of rules) {
        if (!hits(rule, call) || (rule.times !== null && rule.struck >= rule.times)) continue
        if (rule.skip > 0) {
          rule.skip--
          continue
        }
        if (rule.chance < 1 && roll() >= rule.chance) continue
        rule.struck++
        return rule
      }
      return null
    },
  }
}
