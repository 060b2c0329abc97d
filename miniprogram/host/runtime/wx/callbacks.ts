/** The callbacks that nearly every wx function takes. */
export interface Callbacks {
  success?: (result: object) => void
  fail?: (result: { errMsg: string }) => void
  complete?: (result: object) => void
}

/** Reports success by callback and by promise, as WeChat does, always after the caller has gone on. */
export function succeed(options: Callbacks | undefined, name: string, result: object = {}): Promise<object> {
  const full = { ...result, errMsg: `${name}:ok` }
  setTimeout(() => {
    options?.success?.(full)
    options?.complete?.(full)
  }, 0)
  return Promise.resolve(full)
}

/** Reports a failure by callback, and by a rejected promise when no callback was given. */
export function fail(options: Callbacks | undefined, name: string, reason: string): Promise<object> | undefined {
  const full = { errMsg: `${name}:fail ${reason}` }
  setTimeout(() => {
    options?.fail?.(full)
    options?.complete?.(full)
  }, 0)
  const listens = options?.fail !== undefined || options?.success !== undefined || options?.complete !== undefined
  return listens ? undefined : Promise.reject(full)
}

/** Runs an asynchronous act and reports how it ended. */
export async function report(
  options: Callbacks | undefined,
  name: string,
  act: () => Promise<object>,
): Promise<object | undefined> {
  try {
    return await succeed(options, name, await act())
  } catch (error) {
    return await fail(options, name, error instanceof Error ? error.message : String(error))
  }
}
