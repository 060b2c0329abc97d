const shanghaiMs = 8 * 3_600_000

/** The day in Asia/Shanghai, YYYY-MM-DD: quotas begin anew at its midnight (wechat-protocol §7.2, 3). */
export const dayOf = (at: number): string => new Date(at + shanghaiMs).toISOString().slice(0, 10)

/** The hour of the day in Asia/Shanghai, 0–23. */
export const hourOf = (at: number): number => new Date(at + shanghaiMs).getUTCHours()

/** The calendar month in Asia/Shanghai, YYYY-MM. */
export const monthOf = (at: number): string => dayOf(at).slice(0, 7)

/** Midnight in Asia/Shanghai at which a day begins, in Unix milliseconds. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

/** Unix seconds, as WeChat writes moments. */
export const secondsOf = (at: number): number => Math.floor(at / 1000)
