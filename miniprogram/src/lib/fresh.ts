const day = 86_400_000

/**
 * Whether sales data is older than promised: a day's receipts come on the next day, so that yesterday may still be missing
 * but not the day before it too. `asOf` is the last day whose data has come, `today` the day of now.
 */
export const isBehind = (asOf: string, today: string): boolean => (Date.parse(today) - Date.parse(asOf)) / day > 2
