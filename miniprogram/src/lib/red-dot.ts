import { shop } from '../api/index.ts'

const helpTab = 3

/** Puts the red dot on the help tab while there are answers not yet read; silent when the server cannot be asked. */
export async function refreshRedDot(): Promise<void> {
  try {
    const { unread } = await shop.tickets.unread()
    if (unread > 0) await wx.showTabBarRedDot({ index: helpTab })
    else await wx.hideTabBarRedDot({ index: helpTab })
  } catch {
    // the dot is a hint; the next look asks again
  }
}
