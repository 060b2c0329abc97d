import { onBeforeUnmount, ref, type Ref } from 'vue'

/** What a browser's own reader of codes does (Shape Detection); TypeScript does not know it yet. */
interface CodeReader {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}
type CodeReaderMaker = new (options: { formats: readonly string[] }) => CodeReader

const isMaker = (value: unknown): value is CodeReaderMaker => typeof value === 'function'
const maker = (): CodeReaderMaker | null => {
  const found: unknown = Reflect.get(globalThis, 'BarcodeDetector')
  return isMaker(found) ? found : null
}

/** Looks at the picture so many times a second: a code is read in a blink, and the phone stays cool. */
const LOOK_EVERY = 150

/** Whether this phone can read codes by itself: a camera and a reader. Elsewhere the code is typed. */
export const canScan = (): boolean => maker() !== null && typeof navigator.mediaDevices?.getUserMedia === 'function'

/** The phone's camera as a scanner: one code, then it is off again. */
export function useCamera(video: Readonly<Ref<HTMLVideoElement | null>>, read: (code: string) => void) {
  const isOn = ref(false)
  /** Nobody gave the camera, or it does not work. */
  const refused = ref(false)
  let stream: MediaStream | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function stop(): void {
    clearTimeout(timer)
    for (const track of stream?.getTracks() ?? []) track.stop()
    stream = null
    isOn.value = false
  }

  async function look(reader: CodeReader): Promise<void> {
    if (!isOn.value || video.value === null) return
    // A picture that is not there yet is no code.
    const [found] = await reader.detect(video.value).catch(() => [])
    if (!isOn.value) return
    if (found !== undefined && found.rawValue !== '') {
      stop()
      read(found.rawValue)
    } else timer = setTimeout(() => void look(reader), LOOK_EVERY)
  }

  async function start(): Promise<void> {
    const Reader = maker()
    if (Reader === null || isOn.value) return
    refused.value = false
    isOn.value = true
    try {
      const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      // Closed while the browser was asking.
      if (!isOn.value || video.value === null) {
        for (const track of given.getTracks()) track.stop()
        return
      }
      stream = given
      video.value.srcObject = given
      await video.value.play()
      await look(new Reader({ formats: ['qr_code', 'code_128'] }))
    } catch {
      stop()
      refused.value = true
    }
  }
  onBeforeUnmount(stop)
  return { isOn, refused, start, stop }
}
