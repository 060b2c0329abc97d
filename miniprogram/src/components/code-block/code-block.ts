import { barcodeImage, qrImage } from '../../lib/code-image.ts'
import { groupsOfFour } from '../../lib/format.ts'

// A bar of whole pixels reads best: two per module where the block is wide enough.
function barcodeWidth(modules: number): number {
  const { windowWidth } = wx.getWindowInfo()
  const room = windowWidth * (1 - 72 / 750)
  return modules * Math.max(1, Math.min(2, Math.floor(room / modules)))
}

/** A code to be scanned at the till: Code 128, QR and the digits; white in dark mode too. */
Component({
  properties: {
    /** of the barcode, and of the QR code where `qr` says nothing else */
    code: String,
    qr: String,
    note: String,
    /** for eyes that need larger digits */
    large: Boolean,
  },
  data: {
    barcode: '',
    barcodeWidth: 0,
    square: '',
    digits: '',
  },
  observers: {
    'code, qr'(code: string, qr: string) {
      if (!code) return
      const { source, modules } = barcodeImage(code)
      this.setData({
        barcode: source,
        barcodeWidth: barcodeWidth(modules),
        square: qrImage(qr || code),
        digits: groupsOfFour(code),
      })
    },
  },
})
