import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

/** A phone in Chromium: one window, with what its console said. */
export interface Phone {
  page: Page
  context: BrowserContext
  complaints: string[]
  close: () => Promise<void>
}

/** Starts Chromium as a phone of the given size. `CHROMIUM_PATH` says where it is when it is not Debian's. */
export async function openPhone(
  options: { width?: number; height?: number; dark?: boolean; locale?: string } = {},
): Promise<Phone> {
  const profile = mkdtempSync(path.join(tmpdir(), 'zg-phone-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    viewport: { width: options.width ?? 375, height: options.height ?? 667 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: options.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.dark === true ? 'dark' : 'light',
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const complaints: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  const close = async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
  return { page, context, complaints, close }
}
