import process from 'node:process'

/**
 * Ends the process as kill −9 would, at a named point, for the proofs that nothing is lost or done twice.
 * The points to fall at come from configuration (`FAULT_POINTS=name:nth,…`) and are refused in production.
 */
const armed = new Map<string, number>()

/** Arms the points of a list such as 'wechat.afterSendBeforeRecord:3' (falls when the point is passed the third time). */
export function armFaults(list: string): void {
  armed.clear()
  for (const part of list.split(',').filter(Boolean)) {
    const [name = '', nth = '1'] = part.split(':')
    armed.set(name, Number(nth))
  }
}

/** A named point where the process may be made to fall; costs nothing when none is armed. */
export function fault(name: string): void {
  if (armed.size === 0) return
  const left = armed.get(name)
  if (left === undefined) return
  if (left > 1) {
    armed.set(name, left - 1)
    return
  }
  process.kill(process.pid, 'SIGKILL')
  // The signal arrives asynchronously on some systems: nothing may run in between.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
