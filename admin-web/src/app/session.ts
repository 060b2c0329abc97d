import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { staff } from '../api/index.ts'
import type { Permission } from '../api/permissions.ts'
import { context } from '../api/send.ts'

type Me = Awaited<ReturnType<typeof staff.me>>

/** Who is logged in, and what they may do. The session itself is an http-only cookie. */
export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const asked = ref(false)

  function take(found: Me | null): void {
    me.value = found
    asked.value = true
    context.csrf = found?.csrfToken ?? ''
  }
  /** Asks the server once who this is; null when nobody is logged in. */
  async function find(): Promise<Me | null> {
    if (asked.value) return me.value
    try {
      take(await staff.me())
    } catch {
      take(null)
    }
    return me.value
  }
  async function logIn(username: string, password: string): Promise<void> {
    take(await staff.login({ body: { username, password } }))
  }
  async function logOut(): Promise<void> {
    await staff.logout()
    take(null)
  }
  const may = computed(() => {
    const held = new Set(me.value?.permissions)
    return (permission: Permission): boolean => held.has(permission)
  })
  context.ended = () => take(null)
  return { me, find, logIn, logOut, take, may }
})
