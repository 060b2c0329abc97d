let listener: (() => void) | null = null
let listens = false

/** Calls back when a screenshot is taken, instead of whoever was called before; null = nobody. */
export function onScreenshot(next: (() => void) | null): void {
  listener = next
  if (listens) return
  listens = true
  wx.onUserCaptureScreen(() => listener?.())
}
