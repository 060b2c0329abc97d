import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { i18n } from '../../admin-web/src/app/i18n.ts'

/** Puts a part on the page with everything the admin gives it: words, preferences, an address; heavy parts may be stubbed. */
export function stage(
  part: Component,
  props: Record<string, unknown> = {},
  stubs: Record<string, boolean> = {},
): VueWrapper {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:rest(.*)*', component: { template: '<i />' } }],
  })
  i18n.global.locale.value = 'zh-CN'
  return mount(part, { props, global: { plugins: [createPinia(), router, i18n], stubs }, attachTo: document.body })
}

/** Lets promises and watchers settle. */
export const settled = async (milliseconds = 0): Promise<void> => {
  await new Promise(resolve => setTimeout(resolve, milliseconds))
}
