import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  answerResource,
  isResourceEvent,
  type ResourceAnswer,
  type ResourceEvent,
} from '../../lambdas/registrar/cloudformation.ts'
import { parseManifest } from '../../lambdas/registrar/parse-manifest.ts'
import { parseRegisterRequest } from '../../lambdas/registrar/parse-request.ts'
import type { RegistrarPorts } from '../../lambdas/registrar/ports.ts'
import { register, remove } from '../../lambdas/registrar/register.ts'
import { sendAnswer } from '../../lambdas/registrar/send-answer.ts'
import { createRunStore } from '../../lambdas/store/index.ts'
import type { DagManifest, RunStore } from '../../run-model/index.ts'
import { sha256 } from '../launcher/launcher-world.ts'
import { Crash, type CrashPoint, crashing } from '../support/crashes.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { manifest } from '../support/runs.ts'

let dynalite: TestDynalite
let store: RunStore
let ports: RegistrarPorts
const planned: string[] = []
const objects = memoryObjects()
/** Step Functions: the revision each machine is at, and the versions published of it. */
const machines = new Map<string, { revision: string; versions: string[] }>()

beforeAll(async () => {
  dynalite = await startDynalite()
  store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects })
  ports = {
    store,
    readObject: async ({ bucket, key }) => objects.texts.get(`${bucket}/${key}`) ?? null,
    async publishVersion({ stateMachineArn, revisionId }) {
      const machine = machines.get(stateMachineArn)
      if (!machine) return 'no_machine'
      if (revisionId !== null && revisionId !== machine.revision) return 'other_revision'
      if (!machine.versions.includes(machine.revision)) machine.versions.push(machine.revision)
      return `${stateMachineArn}:${machine.versions.indexOf(machine.revision) + 1}`
    },
    requestPlan: async (dagId) => {
      planned.push(dagId)
    },
    now: () => Date.parse('2026-03-01T00:00:00Z'),
    sha256,
    warn: () => {},
  }
})
afterAll(() => dynalite.close())
beforeEach(() => {
  planned.length = 0
})

/** Uploads a manifest and sets the machine to a revision, as a deployment does before it calls the registrar. */
async function deployed(dagId: string, revision: string, part: Partial<DagManifest> = {}) {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:stepdag-dag-${dagId}`
  const machine = machines.get(stateMachineArn) ?? { revision, versions: [] }
  machines.set(stateMachineArn, { ...machine, revision })
  const content = manifest({ dagId, wiring: { ...manifest().wiring, dagId }, ...part })
  const key = `${dagId}/${sha256(JSON.stringify(content))}.json`
  await objects.put(`assets/${key}`, JSON.stringify(content))
  return {
    kind: 'register',
    manifest: { bucket: 'assets', key },
    stateMachineArn,
    stateMachineRevisionId: revision,
  } as const
}

describe('a registration', () => {
  test('makes version 1 with manifest, machine version and plan', async () => {
    const answer = await register(ports, await deployed('first', 'rev1'))
    expect(answer).toEqual({ dagId: 'first', version: 1, isNew: true })
    expect(await store.getDag('first')).toMatchObject({
      version: 1,
      isPaused: false,
      isStale: false,
      file: 'dags/sales.ts',
      createdAt: '2026-03-01T00:00:00.000Z',
    })
    const version = await store.getDagVersion('first', 1)
    expect(version?.stateMachineVersionArn).toMatch(/stepdag-dag-first:1$/)
    expect(await store.getManifest(version!)).toMatchObject({ dagId: 'first' })
    expect(await store.getManifestByPlan('first', version!.planHash)).toMatchObject({ dagId: 'first' })
    expect(planned).toEqual(['first'])
  })

  test('repeated changes nothing', async () => {
    const request = await deployed('again', 'rev1')
    await register(ports, request)
    expect(await register(ports, request)).toEqual({ dagId: 'again', version: 1, isNew: false })
    expect(await store.listDagVersions('again')).toHaveLength(1)
  })

  test('of another code makes the next version; of another commit only it does not', async () => {
    await register(ports, await deployed('next', 'rev1'))
    expect(await register(ports, await deployed('next', 'rev1', { bundleVersion: 'commit2' }))).toMatchObject({
      version: 1,
    })
    expect(await store.getDagVersion('next', 1)).toMatchObject({ bundleVersion: 'commit2' })
    expect(await register(ports, await deployed('next', 'rev2', { codeHash: 'new' }))).toMatchObject({ version: 2 })
    expect(await store.getDagVersion('next', 2)).toMatchObject({ stateMachineVersionArn: expect.stringMatching(/:2$/) })
    expect(await store.getDagVersion('next', 1)).toMatchObject({ stateMachineVersionArn: expect.stringMatching(/:1$/) })
  })

  test('pauses a new DAG if it asks for it, and never touches the flag again', async () => {
    const options = { ...manifest().options, isPausedUponCreation: true }
    await register(ports, await deployed('flag', 'rev1', { options }))
    expect(await store.getDag('flag')).toMatchObject({ isPaused: true })
    await store.setPaused('flag', false)
    await register(ports, await deployed('flag', 'rev2', { options, codeHash: 'new' }))
    expect(await store.getDag('flag')).toMatchObject({ isPaused: false, version: 2 })
  })

  test('of a removed DAG brings it back', async () => {
    const request = await deployed('back', 'rev1')
    await register(ports, request)
    await remove(ports, 'back')
    await remove(ports, 'back')
    expect(await store.getDag('back')).toMatchObject({ isStale: true })
    await register(ports, request)
    expect(await store.getDag('back')).toMatchObject({ isStale: false, version: 1 })
  })

  test('rolled back by CloudFormation runs what the machine is now, as a new version', async () => {
    const old = await deployed('rollback', 'rev1')
    await register(ports, { ...old, requestId: 'r1' })
    await register(ports, { ...(await deployed('rollback', 'rev2', { codeHash: 'bad' })), requestId: 'r2' })
    // CloudFormation restores the machine (a new revision) and repeats the old properties in a new request.
    await deployed('rollback', 'rev3')
    expect(await register(ports, { ...old, requestId: 'r3' })).toMatchObject({ version: 3 })
    expect(await store.getDagVersion('rollback', 3)).toMatchObject({
      stateMachineVersionArn: expect.stringMatching(/:3$/),
    })
    const { items } = { items: await store.listDagVersions('rollback') }
    expect(items[0]?.digest).toBe(items[2]?.digest)
  })

  test('delivered again after a newer one does not roll back', async () => {
    const old = { ...(await deployed('late', 'rev1')), requestId: 'r1' }
    await register(ports, old)
    await register(ports, { ...(await deployed('late', 'rev2', { codeHash: 'new' })), requestId: 'r2' })
    expect(await register(ports, old)).toEqual({ dagId: 'late', version: 2, isNew: false })
    expect(await store.getDag('late')).toMatchObject({ version: 2 })
    expect(await store.listDagVersions('late')).toHaveLength(2)
  })

  test('racing with others gives every code its own version', async () => {
    const requests = await Promise.all(['a', 'b', 'c'].map((codeHash) => deployed('race', 'rev1', { codeHash })))
    const answers = await Promise.all(requests.map((request) => register(ports, request)))
    expect(answers.map((answer) => answer.version).sort()).toEqual([1, 2, 3])
    expect(await store.getDag('race')).toMatchObject({ version: 3 })
  })

  test('that dies anywhere is made good by its repetition, with the same version', async () => {
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const dagId = `dies-${when}-${call}`
        const request = await deployed(dagId, 'rev1')
        const died = await register(dying({ call, when }), request).then(
          () => false,
          (error) => error instanceof Crash,
        )
        expect(await register(ports, request)).toMatchObject({ version: 1 })
        expect(await store.listDagVersions(dagId)).toHaveLength(1)
        if (!died) break
      }
    }
  })

  test('stands even if nobody could be asked to plan', async () => {
    const alone = { ...ports, requestPlan: () => Promise.reject(new Error('launcher is away')) }
    expect(await register(alone, await deployed('alone', 'rev1'))).toMatchObject({ version: 1 })
  })
})

function dying(at: CrashPoint): RegistrarPorts {
  const counter = { calls: 0 }
  return { ...ports, store: crashing(store, ['putDagVersion'], { counter, at }) }
}

const withGateRule = (rule: string) => ({ ...manifest().wiring, gates: { g: { need: ['a'], rule } } })

describe('a registration that cannot be', () => {
  test('names the missing manifest', async () => {
    const request = { ...(await deployed('missing', 'rev1')), manifest: { bucket: 'assets', key: 'nowhere.json' } }
    await expect(register(ports, request)).rejects.toMatchObject({
      name: 'RegistrationProblem',
      message: expect.stringContaining('s3://assets/nowhere.json does not exist'),
    })
  })

  test('names the missing state machine', async () => {
    const request = { ...(await deployed('machineless', 'rev1')), stateMachineArn: 'arn:none' }
    await expect(register(ports, request)).rejects.toThrow('state machine arn:none does not exist')
    expect(await store.getDag('machineless')).toBeNull()
  })

  test.each([
    ['not json', 'Unexpected token'],
    ['{}', 'dagId'],
    [JSON.stringify({ ...manifest(), tasks: [] }), 'tasks'],
    [JSON.stringify({ ...manifest(), schedule: { ...manifest().schedule, startDate: 'soon' } }), 'startDate'],
    [JSON.stringify({ ...manifest(), wiring: withGateRule('all_done') }), 'rule'],
    [JSON.stringify(manifest({ dagId: 'other' })), 'its wiring belongs to DAG sales, not other'],
  ])('names what is wrong with %.40s', (content, expected) => {
    expect(() => parseManifest(content, 's3://assets/x.json')).toThrow(expected)
  })

  test('keeps the rule of a gate', () => {
    const text = JSON.stringify({ ...manifest(), wiring: withGateRule('one_failed') })
    expect(parseManifest(text, 'here').wiring.gates).toEqual({ g: { need: ['a'], rule: 'one_failed' } })
  })

  test('keeps fields of a manifest that it does not know', () => {
    const text = JSON.stringify({ ...manifest(), later: { more: 1 } })
    expect(parseManifest(text, 'here')).toEqual(JSON.parse(text))
  })

  test.each([
    { kind: 'register', manifest: { bucket: 'b', key: 'k' }, stateMachineArn: 'a', stateMachineRevisionId: null },
    { kind: 'remove', dagId: 'd' },
  ])('direct call $kind is read as it is', (event) => {
    expect(parseRegisterRequest(event)).toEqual(event)
    expect(() => parseRegisterRequest({ ...event, kind: 'else' })).toThrow(/event it does not know/)
  })
})

describe('the custom resource', () => {
  const resource = async (part: Partial<ResourceEvent>): Promise<ResourceAnswer> => {
    const event: ResourceEvent = {
      RequestType: 'Create',
      ResponseURL: 'https://answers.invalid/here',
      StackId: 'stack',
      RequestId: `request-${sha256(JSON.stringify(part)).slice(0, 8)}`,
      LogicalResourceId: 'Registration',
      ResourceProperties: {},
      ...part,
    }
    expect(isResourceEvent(event)).toBe(true)
    const answers: ResourceAnswer[] = []
    await answerResource(ports, event, async (url, answer) => {
      expect(url).toBe(event.ResponseURL)
      answers.push(answer)
    })
    expect(answers).toMatchObject([{ StackId: 'stack', RequestId: event.RequestId, LogicalResourceId: 'Registration' }])
    return answers[0]!
  }
  const propertiesOf = async (dagId: string, revision: string, part: Partial<DagManifest> = {}) => {
    const { manifest, ...machine } = await deployed(dagId, revision, part)
    const { kind: _, ...arns } = machine
    return { ServiceToken: 'arn', dagId, manifestBucket: manifest.bucket, manifestKey: manifest.key, ...arns }
  }

  test('creates, updates and deletes a DAG under its id', async () => {
    const created = await resource({ ResourceProperties: await propertiesOf('cfn', 'rev1') })
    expect(created).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'stepdag-dag:cfn', Data: { version: '1' } })
    const { PhysicalResourceId } = created
    const updated = await resource({
      RequestType: 'Update',
      PhysicalResourceId,
      ResourceProperties: await propertiesOf('cfn', 'rev2', { codeHash: 'new' }),
    })
    expect(updated).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId, Data: { version: '2' } })
    expect(await resource({ RequestType: 'Delete', PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' })
    expect(await store.getDag('cfn')).toMatchObject({ isStale: true, version: 2 })
  })

  test('fails with the reason, under an id whose clean-up removes no DAG', async () => {
    await resource({ ResourceProperties: await propertiesOf('theirs', 'rev1') })
    const properties = { ...(await propertiesOf('theirs', 'rev1')), manifestKey: 'gone.json' }
    const failed = await resource({ ResourceProperties: properties })
    expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('s3://assets/gone.json') })
    const { PhysicalResourceId } = failed
    expect(await resource({ RequestType: 'Delete', PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' })
    expect(await store.getDag('theirs')).toMatchObject({ isStale: false })
  })

  test('fails rather than hangs when a property is missing', async () => {
    expect(await resource({ ResourceProperties: {} })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('manifestBucket'),
    })
  })

  test('other events are not custom resources', () => {
    expect(isResourceEvent({ kind: 'remove', dagId: 'x' })).toBe(false)
  })

  test('the answer is put with an empty content type, and put again when it is refused', async () => {
    const seen: { method: string | undefined; type: string | undefined; body: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push({ method: request.method, type: request.headers['content-type'], body })
        response.writeHead(seen.length === 1 ? 503 : 200).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // listens on TCP
    const answer: ResourceAnswer = {
      Status: 'SUCCESS',
      PhysicalResourceId: 'stepdag-dag:x',
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
    }
    await sendAnswer(`http://127.0.0.1:${port}/answer`, answer)
    expect(seen).toHaveLength(2)
    expect(seen[1]).toEqual({ method: 'PUT', type: '', body: JSON.stringify(answer) })
    await new Promise((done) => server.close(done))
    await expect(sendAnswer(`http://127.0.0.1:${port}/answer`, answer)).rejects.toThrow(/did not take the answer/)
  })
})
