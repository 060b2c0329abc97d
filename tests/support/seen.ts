/**
 * Draws a law's cases again until those have come up that it is about, twelve times at the most: what nobody has drawn nobody
 * has proved, and by how people meet in a rush a single draw may miss it.
 */
export async function untilSeen(draw: () => Promise<unknown>, seen: () => boolean): Promise<void> {
  for (let times = 0; times < 12; times++) {
    await draw()
    if (seen()) return
  }
  throw new Error('what the law is about has not come up in twelve draws')
}
