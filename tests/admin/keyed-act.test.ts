import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type Ref } from 'vue'
import { ApiError } from '../../admin-web/src/api/errors.ts'
import { useKeyedAct } from '../../admin-web/src/ui/useKeyedAct.ts'
import { stage } from './stage.ts'

/** A dialog without a face: what it did, under which keys. */
function dialog(open: Ref<boolean>, answer: () => Promise<string>) {
  const keys: string[] = []
  const done: string[] = []
  const opened = vi.fn()
  let press = (): Promise<void> => Promise.resolve()
  const wrapper = stage(
    defineComponent({
      setup() {
        const { submit } = useKeyedAct(open, opened)
        press = () =>
          submit({
            run: key => {
              keys.push(key)
              return answer()
            },
            done: said => done.push(said),
          })
        return () => h('i')
      },
    }),
  )
  return { keys, done, opened, press: () => press(), wrapper }
}
const refusal = new ApiError({ code: 'points.limit', status: 409, zh: '超过限额', en: 'Too much' })

afterEach(() => {
  document.body.innerHTML = ''
})

it('the form is set at each opening and not at the closing; each opening has a key of its own', async () => {
  const open = ref(false)
  const form = dialog(open, () => Promise.resolve('done'))
  expect(form.opened).not.toHaveBeenCalled()
  for (const times of [1, 2]) {
    open.value = true
    await flushPromises()
    expect(form.opened).toHaveBeenCalledTimes(times)
    await form.press()
    expect(open.value).toBe(false)
    await flushPromises()
    expect(form.opened).toHaveBeenCalledTimes(times)
  }
  expect(form.done).toEqual(['done', 'done'])
  expect(new Set(form.keys).size).toBe(2)
  for (const key of form.keys) expect(key).toMatch(/^.{8,64}$/)
  form.wrapper.unmount()
})

it('what was refused keeps its key and its dialog, so that pressing again is the same act', async () => {
  const open = ref(true)
  const answers = [() => Promise.reject(refusal), () => Promise.reject(refusal), () => Promise.resolve('given')]
  const form = dialog(open, () => (answers.shift() ?? expect.unreachable())())
  // What stands open from the first was opened too.
  expect(form.opened).toHaveBeenCalledTimes(1)
  await form.press()
  expect([open.value, form.done]).toEqual([true, []])
  await form.press()
  await form.press()
  expect([open.value, form.done]).toEqual([false, ['given']])
  expect(form.keys).toHaveLength(3)
  expect(new Set(form.keys).size).toBe(1)
  form.wrapper.unmount()
})

it('pressing twice while it is under way is one request', async () => {
  const open = ref(true)
  let finish: (said: string) => void = () => undefined
  const form = dialog(
    open,
    () =>
      new Promise(resolve => {
        finish = resolve
      }),
  )
  const presses = [form.press(), form.press()]
  finish('once')
  await Promise.all(presses)
  expect([form.keys.length, form.done]).toEqual([1, ['once']])
  form.wrapper.unmount()
})
