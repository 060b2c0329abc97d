/** The colour of a request's state: what waits for the shop stands out. */
export function requestTone(state: string): 'good' | 'bad' | 'accent' | 'quiet' {
  if (state === 'asked') return 'accent'
  if (state === 'redNeeded') return 'bad'
  return state === 'issued' ? 'good' : 'quiet'
}
