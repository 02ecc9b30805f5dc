import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { createActionCaller } from '../../local/aws-sdk/call-action.ts'
import { ensureRunTable, sweepExpiredItems } from '../../local/dynamodb/run-table.ts'
import { startDynamoDb } from '../../local/dynamodb/start-dynamodb.ts'
import { ttlAttribute } from '../../run-model/index.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const table = 'stepdag-runs'

async function open(name: string) {
  const dataDir = join(folder, name)
  const onLost = (error: Error) => {
    throw error
  }
  const server = await startDynamoDb({ dataDir, region: 'us-east-1', accountId: '000000000000', onLost })
  const client = new DynamoDBClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  await ensureRunTable(client, table, dataDir)
  return { server, client, dataDir }
}
const item = (pk: string, more = {}) => ({ TableName: table, Item: { pk: { S: pk }, sk: { S: 'x' }, ...more } })
const key = (pk: string) => ({ TableName: table, Key: { pk: { S: pk }, sk: { S: 'x' } } })

describe('the run table', () => {
  it('survives a restart', async () => {
    const first = await open('kept')
    await first.client.send(new PutItemCommand(item('a', { n: { N: '1' } })))
    await first.server.close()
    const second = await open('kept')
    expect((await second.client.send(new GetItemCommand(key('a')))).Item?.n).toEqual({ N: '1' })
    await second.server.close()
  })

  it('loses what has expired, and nothing else', async () => {
    const { client, server } = await open('swept')
    for (const [pk, second] of [
      ['old', 999],
      ['now', 1000],
      ['later', 2000],
    ] as const) {
      await client.send(new PutItemCommand(item(pk, { [ttlAttribute]: { N: String(second) } })))
    }
    await client.send(new PutItemCommand(item('forever')))
    expect(await sweepExpiredItems(client, table, 1_000_000)).toBe(1)
    expect((await client.send(new GetItemCommand(key('old')))).Item).toBeUndefined()
    for (const pk of ['now', 'later', 'forever']) {
      expect((await client.send(new GetItemCommand(key(pk)))).Item).toBeDefined()
    }
    await server.close()
  })

  it('that is damaged is a problem with a command to type, and stays as it is', async () => {
    const { server, dataDir } = await open('damaged')
    await server.close()
    for (const file of readdirSync(dataDir).filter((name) => /^(CURRENT|MANIFEST)/.test(name))) {
      writeFileSync(join(dataDir, file), 'garbage')
    }
    const before = readdirSync(dataDir).sort()
    await expect(open('damaged')).rejects.toMatchObject({
      name: 'WorldProblem',
      problem: { code: 'store-damaged', fix: expect.stringContaining(`mv ${dataDir} ${dataDir}.damaged`) },
    })
    expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(before.filter((name) => name !== 'LOG')))
  })

  it('that another process has open is a problem', async () => {
    const { server } = await open('locked')
    await expect(open('locked')).rejects.toMatchObject({ problem: { code: 'store-locked' } })
    await server.close()
  })

  it('refuses web pages', async () => {
    const { server } = await open('private')
    const answer = await fetch(server.url, { method: 'POST', body: '{}', headers: { origin: 'https://example.com' } })
    expect(answer.status).toBe(403)
    await server.close()
  })
})

describe('calls of state machines', () => {
  it('reach the table and reject with the name of the exception', async () => {
    mkdirSync(join(folder, 'calls'))
    const { server } = await open('calls')
    const { call, close } = createActionCaller({
      endpointOf: () => server.url,
      refusal: String,
      region: 'us-east-1',
      projectDir: folder,
    })
    const update = {
      ...key('gate'),
      UpdateExpression: 'SET tok = :t',
      ConditionExpression: 'attribute_not_exists(tok)',
      ExpressionAttributeValues: { ':t': { S: 'token' } },
    }
    expect(await call('dynamodb', 'updateItem', update)).toEqual({})
    await expect(call('dynamodb', 'updateItem', update)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    })
    expect(await call('dynamodb', 'getItem', key('gate'))).toMatchObject({ Item: { tok: { S: 'token' } } })
    close()
    await server.close()
  })
})
