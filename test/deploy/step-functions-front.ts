/**
 * One Step Functions endpoint in front of two engines. The emulator's own engine runs machines without gates; ours runs
 * the others, from the very definition that was deployed, because the emulator does not honour Catch inside Parallel.
 * Lambda, DynamoDB and S3 stay at the emulator for both.
 */
import { createServer, type IncomingMessage, request as send } from 'node:http'
import {
  CreateStateMachineCommand,
  DescribeStateMachineCommand,
  SFNClient,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'

export interface Front {
  readonly endpoint: string
  close(): Promise<void>
}

export interface FrontOptions {
  readonly port: number
  readonly emulator: string
  readonly ours: string
  /** Whether our engine runs this machine. */
  readonly isOurs: (stateMachineArn: string) => boolean
}

export async function startFront({ port, emulator, ours, isOurs }: FrontOptions): Promise<Front> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const action = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    try {
      const target = await route(action, JSON.parse(body))
      const answer = await forward(target, request, body)
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.text)
    } catch (error) {
      response
        .writeHead(500, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ __type: 'InternalFailure', message: String(error) }))
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))

  const route = async (action: string, input: Record<string, string>): Promise<string> => {
    // A token belongs to the engine that issued it, and only machines with gates issue any.
    if (action.startsWith('SendTask')) return ours
    const arn = input.stateMachineArn ?? input.executionArn ?? ''
    if (!isOurs(arn)) return emulator
    if (action === 'PublishStateMachineVersion') await copyMachine(arn, emulator, ours)
    return ours
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Takes the deployed definition over as it is: names filled in by CloudFormation, not by us. */
async function copyMachine(arn: string, emulator: string, ours: string): Promise<void> {
  const client = (endpoint: string) =>
    new SFNClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  const deployed = await client(emulator).send(new DescribeStateMachineCommand({ stateMachineArn: arn }))
  const { name, definition, roleArn } = deployed
  await client(ours)
    .send(new CreateStateMachineCommand({ name, definition, roleArn }))
    .catch(() => client(ours).send(new UpdateStateMachineCommand({ stateMachineArn: arn, definition })))
}

/** With every header as it came, `host` included: the signature covers them. */
function forward(endpoint: string, request: IncomingMessage, body: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(endpoint)
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method: 'POST', path: request.url, headers: request.headers }
    const outgoing = send(options, async (answer) =>
      resolve({ status: answer.statusCode ?? 502, text: await text(answer) }),
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // IncomingMessage yields Buffers
  return Buffer.concat(chunks).toString('utf8')
}
