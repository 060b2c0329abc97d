import { el } from '../elements.ts'
import { address } from './request.ts'
import { fail, report, succeed, type Callbacks } from './callbacks.ts'

interface Chosen extends Callbacks {
  count?: number
}
interface Carried extends Callbacks {
  url: string
  header?: Record<string, string>
  filePath?: string
  name?: string
}

/** The files a person picks; none when she closes the dialog. */
function pick(count: number): Promise<File[]> {
  return new Promise(resolve => {
    const input = el('input', { type: 'file', accept: 'image/*', 'data-choose-media': '' }) as HTMLInputElement
    input.multiple = count > 1
    const done = (files: File[]): void => {
      input.remove()
      resolve(files)
    }
    input.addEventListener('change', () => done([...(input.files ?? [])].slice(0, count)))
    input.addEventListener('cancel', () => done([]))
    input.style.display = 'none'
    document.body.append(input)
    input.click()
  })
}

/** A drawing surface as WeChat gives one: it makes its own pictures. */
interface Surface extends OffscreenCanvas {
  createImage: () => HTMLImageElement
}

/** The wx functions that concern pictures and files; a path on this phone is an address of the browser's own. */
export const media = {
  chooseMedia: (options: Chosen) =>
    report(options, 'chooseMedia', async () => {
      const files = await pick(options.count ?? 9)
      if (files.length === 0) throw new Error('cancel')
      return { tempFiles: files.map(file => ({ tempFilePath: URL.createObjectURL(file), size: file.size })) }
    }),
  uploadFile: (options: Carried) =>
    report(options, 'uploadFile', async () => {
      const form = new FormData()
      const file = await (await fetch(options.filePath ?? '')).blob()
      form.append(options.name ?? 'file', file, `photo.${file.type.split('/')[1] ?? 'jpg'}`)
      const reply = await fetch(address(options.url), { method: 'POST', headers: options.header ?? {}, body: form })
      return { statusCode: reply.status, data: await reply.text() }
    }),
  downloadFile: (options: Carried) =>
    report(options, 'downloadFile', async () => {
      const reply = await fetch(address(options.url), { headers: options.header ?? {} })
      return { statusCode: reply.status, tempFilePath: URL.createObjectURL(await reply.blob()) }
    }),
  createOffscreenCanvas: ({ width, height }: { width: number; height: number }): Surface =>
    Object.assign(new OffscreenCanvas(width, height), { createImage: () => new Image() }),
  canvasToTempFilePath: (options: Callbacks & { canvas: OffscreenCanvas }) =>
    report(options, 'canvasToTempFilePath', async () => ({
      tempFilePath: URL.createObjectURL(await options.canvas.convertToBlob()),
    })),
  /** The album of this phone is the folder where the browser keeps what it was given. */
  saveImageToPhotosAlbum: (options: Callbacks & { filePath: string }) =>
    report(options, 'saveImageToPhotosAlbum', async () => {
      const link = el('a', { href: options.filePath, download: 'poster.png' })
      document.body.append(link)
      link.click()
      link.remove()
      return {}
    }),
  /** There are no settings of WeChat here: nothing is ever denied for good. */
  openSetting: (options: Callbacks = {}) => succeed(options, 'openSetting'),
  previewImage: (options: Callbacks & { current?: string; urls: string[] }) => {
    const source = options.current ?? options.urls[0]
    if (source === undefined) return fail(options, 'previewImage', 'no picture')
    const shade = el('div', { class: 'mp-preview' }, el('img', { src: source, alt: '' }))
    shade.addEventListener('click', () => shade.remove())
    document.body.append(shade)
    return succeed(options, 'previewImage')
  },
}
