import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

// The deploy test needs an AWS emulator and minutes, so `npm test` leaves it out.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/deploy/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
})
