/**
 * Guards whose absence a test must notice. `node tests/support/mutate.ts [word]` takes each one away in a copy of the
 * house and expects its test to fail; a test that still passes proves nothing.
 */
export interface Mutation {
  /** What the guard is for. */
  readonly guard: string
  readonly file: string
  readonly find: string
  readonly replace: string
  readonly test: string
  /** The test that must fail. */
  readonly name: string
}
