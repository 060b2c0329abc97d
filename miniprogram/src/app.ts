import { wordTabs } from './lib/i18n/index.ts'

App({
  onLaunch() {
    wordTabs()
  },
})
