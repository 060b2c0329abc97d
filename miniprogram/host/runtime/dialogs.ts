import { el, tappable } from './elements.ts'

let toastTimer: ReturnType<typeof setTimeout> | undefined

/** Shows a dialogue. The finger that asked for it is still on its way up: its click must not fall on what has just appeared under it. */
function raise(mask: HTMLElement): void {
  mask.style.pointerEvents = 'none'
  document.body.append(mask)
  setTimeout(() => (mask.style.pointerEvents = ''), 350)
}

/** Shows a short note in the middle of the screen; without `duration` it stays until it is hidden. */
export function showToast(text: string, duration?: number): void {
  hideToast()
  document.body.append(el('div', { class: 'mp-toast', role: 'status' }, text))
  if (duration !== undefined) toastTimer = setTimeout(hideToast, duration)
}

/** Takes the note away. */
export function hideToast(): void {
  clearTimeout(toastTimer)
  document.querySelector('.mp-toast')?.remove()
}

/** Asks a question in a box; resolves to what was chosen. */
export function showModal(box: {
  title?: string
  content?: string
  confirmText?: string
  cancelText?: string
  showCancel?: boolean
}): Promise<boolean> {
  return new Promise(resolve => {
    const end = (confirmed: boolean) => {
      mask.remove()
      resolve(confirmed)
    }
    const cancel =
      box.showCancel === false
        ? []
        : [tappable('button', { class: 'cancel' }, () => end(false), box.cancelText ?? '取消')]
    const mask = el(
      'div',
      { class: 'mp-mask mp-center' },
      el(
        'div',
        { class: 'mp-modal', role: 'dialog' },
        el('h3', {}, box.title ?? ''),
        el('p', {}, box.content ?? ''),
        el(
          'footer',
          {},
          ...cancel,
          tappable('button', { class: 'confirm' }, () => end(true), box.confirmText ?? '确定'),
        ),
      ),
    )
    raise(mask)
  })
}

/** Lets one of several lines be chosen from the foot of the screen; resolves to its index, or null. */
export function chooseFrom(items: string[]): Promise<number | null> {
  return new Promise(resolve => {
    const end = (choice: number | null) => {
      mask.remove()
      resolve(choice)
    }
    const options = items.map((item, index) =>
      tappable('div', { class: 'mp-option', role: 'option' }, () => end(index), item),
    )
    const cancel = tappable('div', { class: 'mp-option mp-cancel' }, () => end(null), '取消')
    const mask = el('div', { class: 'mp-mask' }, el('div', { class: 'mp-sheet', role: 'listbox' }, ...options, cancel))
    mask.addEventListener('click', event => event.target === mask && end(null))
    raise(mask)
  })
}

/** Lets a day be chosen; resolves to 'YYYY-MM-DD', or null. */
export function chooseDate(limits: { value: string; start: string; end: string }): Promise<string | null> {
  return new Promise(resolve => {
    const input = document.createElement('input')
    Object.assign(input, { type: 'date', value: limits.value || limits.end, min: limits.start, max: limits.end })
    const end = (day: string | null) => {
      mask.remove()
      resolve(day)
    }
    const confirm = tappable(
      'div',
      { class: 'mp-option', role: 'button' },
      () => input.value !== '' && end(input.value),
      '确定',
    )
    const cancel = tappable('div', { class: 'mp-option mp-cancel' }, () => end(null), '取消')
    const mask = el(
      'div',
      { class: 'mp-mask' },
      el('div', { class: 'mp-sheet' }, el('div', { class: 'mp-option' }, input), confirm, cancel),
    )
    raise(mask)
  })
}

/** What a permission sheet of WeChat asks. */
export interface Permission {
  app: string
  title: string
  lines: string[]
  detail?: string
  allow: string
  refuse: string
  choices?: string[]
  /** A tick below the choices that counts whichever way the person answers: 总是保持以上选择. */
  keep?: { text: string; decide: (ticked: boolean) => void }
}

/** Draws WeChat's own permission sheet; resolves to the chosen lines when allowed, null when refused. */
export function askPermission(permission: Permission): Promise<boolean[] | null> {
  return new Promise(resolve => {
    const boxes = (permission.choices ?? []).map(choice => {
      const box = el('input', { type: 'checkbox', checked: '' }) as HTMLInputElement
      return { box, row: el('label', { class: 'mp-choice' }, box, el('span', {}, choice)) }
    })
    const { keep } = permission
    const keepBox = el('input', { type: 'checkbox' }) as HTMLInputElement
    const end = (allowed: boolean) => {
      mask.remove()
      keep?.decide(keepBox.checked)
      resolve(allowed ? boxes.map(each => each.box.checked) : null)
    }
    const mask = el(
      'div',
      { class: 'mp-mask' },
      el(
        'div',
        { class: 'mp-sheet mp-permission', role: 'dialog' },
        el('header', {}, el('i', {}, permission.app.slice(0, 1)), el('b', {}, permission.app), el('span', {}, '申请')),
        el('h3', {}, permission.title),
        ...permission.lines.map(line => el('p', {}, line)),
        ...boxes.map(each => each.row),
        ...(keep ? [el('label', { class: 'mp-choice' }, keepBox, el('span', {}, keep.text))] : []),
        ...(permission.detail ? [el('div', { class: 'mp-detail' }, permission.detail)] : []),
        el(
          'footer',
          {},
          tappable('button', { class: 'refuse' }, () => end(false), permission.refuse),
          tappable('button', { class: 'allow' }, () => end(true), permission.allow),
        ),
      ),
    )
    raise(mask)
  })
}
