import './ui/element.css'
import './ui/tokens.css'
import './ui/base.css'
import { createPinia } from 'pinia'
import { createApp, watch } from 'vue'
import { context } from './api/send.ts'
import App from './app/App.vue'
import { useBrand } from './app/brand.ts'
import { i18n } from './app/i18n.ts'
import { applyPreferences, usePreferences } from './app/preferences.ts'
import { makeRouter } from './app/router.ts'
import { useSession } from './app/session.ts'

const app = createApp(App)
app.use(createPinia()).use(i18n)
applyPreferences(usePreferences(), language => {
  i18n.global.locale.value = language
  context.language = language
})
void useBrand().find()
const router = makeRouter()
const session = useSession()
watch(
  () => session.me,
  (me, before) => {
    if (me === null && before !== null)
      void router.push({ name: 'login', query: { to: router.currentRoute.value.fullPath } })
  },
)
app.use(router).mount('#app')
