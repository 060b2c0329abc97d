let before: number | null = null

/** Turns the screen to full light while a code is shown; scanners need it. Says when it has. */
export function brighten(done: () => void = () => undefined): void {
  if (before !== null) return
  before = -1
  wx.getScreenBrightness({
    success: ({ value }) => {
      // Left before the phone answered: nothing to light. Left and back: the first answer is the light of before, later ones are ours.
      if (before !== -1) return
      before = value
      wx.setScreenBrightness({ value: 1, success: done })
    },
    fail: () => {
      before = null
    },
  })
}

/** Gives the screen its light back. */
export function dim(): void {
  if (before !== null && before >= 0) void wx.setScreenBrightness({ value: before })
  before = null
}
