/** Whether the privacy guide still has to be accepted. Older WeChat versions do not know the question: they ask by themselves. */
export function needsPrivacyConsent(): Promise<boolean> {
  return new Promise(resolve => {
    if (!wx.canIUse('getPrivacySetting')) return resolve(false)
    wx.getPrivacySetting({ success: ({ needAuthorization }) => resolve(needAuthorization), fail: () => resolve(false) })
  })
}
