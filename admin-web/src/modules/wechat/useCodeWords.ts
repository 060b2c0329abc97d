import { useI18n } from 'vue-i18n'
import { useStores } from '../catalog/useStores.ts'
import type { CodeRow } from './code-picture.ts'

/** How a channel code is told in words: its caption in print, its state. */
export function useCodeWords(): {
  caption: (code: CodeRow) => string[]
  fileName: (code: CodeRow) => string
  tone: (state: CodeRow['state']) => 'good' | 'warn' | 'bad' | 'quiet'
} {
  const { t } = useI18n()
  const { storeName } = useStores()
  const place = (code: CodeRow): string =>
    code.storeCode === null ? t('wechat.codes.list.headquarters') : storeName(code.storeCode)
  return {
    caption: code =>
      code.kind === 'store_staff' ? [place(code), code.staffName ?? code.name] : [code.name, place(code)],
    fileName: code => `${place(code)}-${code.staffName ?? code.name}`.replace(/[\\/:*?"<>|\s]+/g, '_'),
    tone: state => (state === 'ready' ? 'good' : state === 'failed' ? 'bad' : state === 'retired' ? 'quiet' : 'warn'),
  }
}
