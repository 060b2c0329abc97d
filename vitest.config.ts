import vue from '@vitejs/plugin-vue'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

const adminSource = path.join(import.meta.dirname, 'admin-web/src')

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes when the machine gets to it; the default of a second makes a busy machine a failure.
    expect: { poll: { timeout: 20_000 } },
    // Days belong to the shop's zone, never to the machine's: a zone that nobody uses makes the mistake visible.
    env: { TZ: 'UTC-1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/admin/**', 'tests/miniprogram/**', 'tests/e2e/**'],
        },
      },
      {
        extends: true,
        plugins: [vue()],
        resolve: { alias: { '@': adminSource } },
        test: {
          name: 'admin',
          environment: 'happy-dom',
          include: ['tests/admin/**/*.test.ts'],
          server: { deps: { inline: ['element-plus'] } },
        },
      },
      {
        extends: true,
        test: { name: 'miniprogram', environment: 'node', include: ['tests/miniprogram/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
