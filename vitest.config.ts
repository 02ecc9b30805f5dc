import { defineConfig } from 'vitest/config'

// `stepdag-source` lets tests and DAG files import `stepdag` exactly as authors do, straight from the sources.
export default defineConfig({
  resolve: { conditions: ['stepdag-source'] },
  ssr: { resolve: { conditions: ['stepdag-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/deploy/**', '**/node_modules/**'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', CDK_VALIDATION: 'false' },
    // Vitest leaves one core free; on a machine with two that is half of it.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
})
