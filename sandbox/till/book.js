// The till's own books: what its shift slip says. They live in this browser, as a till's live in the till.

const place = tillId => `zg-till-book-${tillId}`
const empty = () => ({
  shift: 1,
  sales: 0,
  salesFen: 0,
  returns: 0,
  returnsFen: 0,
  coupons: 0,
  couponFen: 0,
  pointsEarned: 0,
  pointsTaken: 0,
  pointsUsed: 0,
  pointsFen: 0,
})

/** The figures of the shift so far. */
export const book = tillId => ({ ...empty(), ...JSON.parse(localStorage.getItem(place(tillId)) ?? '{}') })

const keep = (tillId, figures) => localStorage.setItem(place(tillId), JSON.stringify(figures))

/** Adds what a receipt came to. */
export const enter = (tillId, changes) => {
  const figures = book(tillId)
  for (const [name, more] of Object.entries(changes)) figures[name] += more
  keep(tillId, figures)
}

/** The next shift begins. */
export const turnOver = tillId => keep(tillId, { ...empty(), shift: book(tillId).shift + 1 })
