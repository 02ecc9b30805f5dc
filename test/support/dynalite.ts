/** DynamoDB in memory for tests: a dynalite of its own on a free loopback port, with the run table in it. */
import type { AddressInfo } from 'node:net'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { tableDefinition } from '../../lambdas/store/table-definition.ts'
import { type DynaliteServer, loadDynalite } from './load-dynalite.ts'

const testTable = 'stepdag-runs'

export interface TestDynalite {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly client: DynamoDBDocumentClient
  readonly table: string
  close(): Promise<void>
}

export async function startDynalite(): Promise<TestDynalite> {
  const server = loadDynalite()({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  const endpoint = await listen(server)
  const raw = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await raw.send(new CreateTableCommand(tableDefinition(testTable)))
  return {
    endpoint,
    client: DynamoDBDocumentClient.from(raw),
    table: testTable,
    async close() {
      raw.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}

async function listen(server: DynaliteServer): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on TCP has an AddressInfo.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
