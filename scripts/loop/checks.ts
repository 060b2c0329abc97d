/** What was proven and what was not; the loop ends with 0 only if `failed` is empty. */
export interface Checks {
  /** Prints and notes whether two figures are the same; bigint and number are compared by their text. */
  same(what: string, actual: unknown, expected: unknown): void
  holds(what: string, fact: boolean, otherwise?: string): void
  /** A figure worth telling; goes into the last line. */
  figure(name: string, value: number | string): void
  step(number: number, zh: string, en: string): void
  readonly failed: string[]
  readonly figures: Record<string, number | string>
  readonly passed: () => number
}

const shown = (value: unknown): string => {
  if (typeof value === 'number') return value.toLocaleString('en')
  return typeof value === 'string' || typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'undefined')
}

/** Opens the book of checks. */
export function createChecks(print: (line: string) => void): Checks {
  const failed: string[] = []
  const figures: Record<string, number | string> = {}
  let passed = 0
  const holds = (what: string, fact: boolean, otherwise = '') => {
    if (fact) passed++
    else failed.push(`${what} ${otherwise}`.trim())
    print(`   ${fact ? '✓' : '✗'} ${what}${fact ? '' : `  ${otherwise}`}`)
  }
  return {
    failed,
    figures,
    holds,
    passed: () => passed,
    same: (what, actual, expected) =>
      holds(`${what}: ${shown(actual)}`, shown(actual) === shown(expected), `expected ${shown(expected)}`),
    figure: (name, value) => {
      figures[name] = value
      print(`     ${name} = ${shown(value)}`)
    },
    step: (number, zh, en) => print(`\n${number}. ${zh} · ${en}`),
  }
}
