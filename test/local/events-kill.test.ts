/** What Lambda answered 202 for reaches its function, and what failed reaches its destination, whenever the world is killed. */
import { fork } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { expect, it } from 'vitest'
import { eventually } from './support/eventually.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const root = temporaryFolder()
const [events, bundle, effects, gate] = ['events', 'bundle', 'effects.txt', 'gate'].map((name) => join(root, name)) as [
  string,
  string,
  string,
  string,
]
mkdirSync(bundle)
appendFileSync(effects, '')
/** Says that it began, and ends only once the gate is there. */
writeFileSync(
  join(bundle, 'index.mjs'),
  `import { appendFileSync, existsSync } from 'node:fs'
const say = (text) => appendFileSync(${JSON.stringify(effects)}, text + '\\n')
export const handler = async ({ name, fails, requestPayload }, { functionName }) => {
  const words = functionName + ' ' + (name ?? requestPayload.name)
  say('begin ' + words)
  if (fails) throw new TypeError('as it was told')
  while (!existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 10))
  say('end ' + words)
}`,
)
const said = () => readFileSync(effects, 'utf8').split('\n').filter(Boolean).sort()

it('delivers accepted events although the process was killed before and while they ran', {
  timeout: 60_000,
}, async () => {
  const holding = await live('hold')
  expect(await holding.send({ name: 'a' })).toBe(202)
  await holding.kill()
  expect(said()).toEqual([])

  const second = await live('serve')
  await eventually(said, (words) => words.includes('begin work a'))
  expect(await second.send({ name: 'b', fails: true })).toBe(202)
  await eventually(said, (words) => words.includes('begin destination b'))
  await second.kill()
  expect(said()).toEqual(['begin destination b', 'begin work a', 'begin work b'])

  writeFileSync(gate, '')
  const third = await live('serve')
  await eventually(
    () => readdirSync(events),
    (files) => files.length === 0,
  )
  await third.kill()
  expect(said()).toEqual([
    'begin destination b',
    'begin destination b',
    'begin work a',
    'begin work a',
    'begin work b',
    'end destination b',
    'end work a',
  ])
})

async function live(mode: 'hold' | 'serve') {
  const script = join(import.meta.dirname, 'support', 'lambda-process.ts')
  const child = fork(script, [events, bundle, mode], { execArgv: ['--import', 'tsx', '--conditions=stepdag-source'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('message', (url) => resolve(String(url)))
    void gone.then(() => reject(new Error('the process ended before it listened')))
  })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials })
  return {
    async send(event: object) {
      const Payload = JSON.stringify(event)
      const answer = await client.send(new InvokeCommand({ FunctionName: 'work', InvocationType: 'Event', Payload }))
      return answer.StatusCode
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
