#!/usr/bin/env node
/**
 * The `stepdag` command. In a source tree it runs the TypeScript files as they are, in an installed package the
 * compiled ones beside it. Checks the Node version first: nothing else may load before that.
 */
import { existsSync } from 'node:fs'

const oldest = [20, 19]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(`stepdag needs Node ${oldest.join('.')} or newer; this is Node ${process.versions.node}`)
  process.exit(2)
}

// The SDK warns about Node 20 at every start; package.json pins the last versions that support it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

if (existsSync(new URL('./main.ts', import.meta.url))) {
  const { register } = await import('tsx/esm/api')
  register()
  await start('./main.ts')
} else {
  await start('./main.js')
}

async function start(file) {
  const { main } = await import(file)
  process.exitCode = await main(process.argv.slice(2))
}
