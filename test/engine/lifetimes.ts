/**
 * Kills the engine at a random boundary (mortal-disk.ts) and starts another one on the same folder, until the execution has
 * ended.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createVirtualClock, type VirtualClock } from '../../local/clock.ts'
import { createEngine, type Engine } from '../../local/step-functions/engine.ts'
import type { Entry } from '../../local/step-functions/execution/entry.ts'
import { readToken } from '../../local/step-functions/integrations/token.ts'
import type { LambdaOutcome, StatusChange } from '../../local/step-functions/port.ts'
import { nodeDisk } from '../../local/step-functions/storage/disk.ts'
import { diskIndex } from '../../local/step-functions/storage/execution-index.ts'
import { diskLogs } from '../../local/step-functions/storage/execution-logs.ts'
import { diskMachines, type MachineStore } from '../../local/step-functions/storage/machine-store.ts'
import { account, startMs } from './harness.ts'
import { type Boundary, type Fate, mortalClock, mortalDisk, newFate, survives } from './mortal-disk.ts'

/** What a lifetime offers the functions it runs. */
export interface Life {
  readonly clock: VirtualClock
  /** Never answers once the lifetime is over, as a call to a dead process. */
  sendSuccess(token: string, output: string): Promise<boolean>
  /** For work that takes time; work of a dead process never ends. */
  sleep(milliseconds: number): Promise<void>
}

export interface CrashPlan {
  readonly definition: string
  /** Definitions of further machines by name. */
  readonly others?: Readonly<Record<string, string>>
  readonly input: unknown
  /** Boundaries that each lifetime passes before the kill; the lifetime after the last one is not killed. */
  readonly boundariesBeforeKill: readonly number[]
  /** [0, 1): which part of the last write gets out. */
  readonly torn: number
  /** Looks at the folder, and sets what outlives the engine going again, before each lifetime. */
  readonly onBirth?: (life: Life, dataDir: string) => void
  readonly invoke: (target: string, event: unknown, life: Life) => Promise<unknown>
  readonly updateItem: (args: unknown) => unknown
}

export interface CrashedRun {
  readonly status: string
  readonly error: string | null
  readonly output: unknown
  readonly entries: readonly Entry[]
  readonly changes: readonly StatusChange[]
  /** Where each killed lifetime ended. */
  readonly kills: readonly Boundary[]
  /** Boundaries of the last lifetime. */
  readonly passed: number
  /** From the start to the end of the test, downtimes included. */
  readonly lasted: number
  /** Executions other than the run itself, by name. */
  readonly children: readonly { readonly name: string; readonly status: string }[]
}

const key = { machineName: 'machine', executionName: 'run' }

/** Between a kill and the next start. */
export const downtimeMs = 1500

export async function runWithCrashes(plan: CrashPlan): Promise<CrashedRun> {
  const dir = mkdtempSync(join(tmpdir(), 'stepdag-crash-'))
  const changes: StatusChange[] = []
  const kills: Boundary[] = []
  try {
    for (let nowMs = startMs; ; nowMs += downtimeMs) {
      const fate = newFate(plan.boundariesBeforeKill[kills.length] ?? Number.POSITIVE_INFINITY, plan.torn)
      const life = startLife(dir, plan, { nowMs, fate, changes })
      // A life that ends while it recovers ends there.
      await life.engine.recover().catch(unlessKilled(fate))
      await startOnce(life, plan).catch(unlessKilled(fate))
      await untilEnd(life)
      nowMs = life.clock.now()
      if (fate.killedAt === null)
        return { ...outcome(life, dir), changes, kills, passed: fate.passed, lasted: nowMs - startMs }
      kills.push(fate.killedAt)
      life.closeFiles()
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const unlessKilled = (fate: Fate) => (error: unknown) => {
  if (fate.killedAt === null) throw error
}

/** The whole lines of every log in the folder. */
export function readLogs(dir: string): Entry[][] {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) => /^logs\/.*\.jsonl$/.test(file))
  return files.flatMap((file) => {
    const lines = readFileSync(join(dir, file), 'utf8').split('\n').slice(0, -1)
    return lines.length === 0 ? [] : [lines.map((line) => JSON.parse(line) as Entry)] // the engine's own writing
  })
}

function outcome(
  life: RunningLife,
  dir: string,
): Pick<CrashedRun, 'status' | 'error' | 'output' | 'entries' | 'children'> {
  const state = life.engine.find(key)!
  const entries = life.engine.history(key)!
  const children = readLogs(dir).flatMap(([first]) => {
    const { machineName, name } = first!.own!.execution!
    const status = life.engine.find({ machineName, executionName: name })!.status
    return name === key.executionName ? [] : [{ name, status }]
  })
  life.engine.close()
  const output: unknown = state.output === null ? null : JSON.parse(state.output)
  return { status: state.status, error: state.error, output, entries, children }
}

interface RunningLife {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly definitionHash: string
  readonly fate: Fate
  closeFiles(): void
}

interface Birth {
  readonly nowMs: number
  readonly fate: Fate
  readonly changes: StatusChange[]
}

const never = <T>() => new Promise<T>(() => {})

function startLife(dir: string, plan: CrashPlan, { nowMs, fate, changes }: Birth): RunningLife {
  const clock = createVirtualClock(nowMs)
  const damaged = (file: string, why: string) => {
    throw new Error(`${file}: ${why}`)
  }
  const disk = nodeDisk()
  const machines = diskMachines(dir, disk, damaged)
  for (const [name, definition] of Object.entries(plan.others ?? {})) putMachine(machines, name, definition)
  const definitionHash = putMachine(machines, key.machineName, plan.definition)
  const life: Life = {
    clock,
    sendSuccess: (token, output) => {
      if (!survives(fate, 'token')) return never()
      const place = readToken(token)!
      const stimulus = { kind: 'tokenAnswered', scopeId: place.scopeId, token, outcome: { ok: true, output } } as const
      return engine.deliver(place, stimulus).catch(() => never<boolean>())
    },
    sleep: (milliseconds) => new Promise((resolve) => clock.alarm(clock.now() + milliseconds, resolve)),
  }
  const mortal = mortalDisk(disk, fate)
  const engine: Engine = createEngine({
    machines,
    logs: diskLogs(join(dir, 'logs'), mortal, damaged),
    index: diskIndex(join(dir, 'index'), mortal),
    closeStorage: disk.close,
    options: {
      clock: mortalClock(clock, fate),
      dataDir: dir,
      region: 'us-east-1',
      accountId: account,
      random: () => 0.5,
      onStatusChange: (change) => void (survives(fate, 'announcement') && changes.push(change)),
      invokeLambda: async (target, payload) => {
        if (!survives(fate, 'call')) return never()
        const answer = await invoke(plan, target, payload, life)
        return survives(fate, 'answer') ? answer : never()
      },
      callService: async (_service, _action, args) => (survives(fate, 'call') ? plan.updateItem(args) : never()),
    },
  })
  plan.onBirth?.(life, dir)
  return { engine, clock, definitionHash, fate, closeFiles: disk.close }
}

function putMachine(machines: MachineStore, name: string, definition: string): string {
  const definitionHash = createHash('sha256').update(definition).digest('hex')
  machines.putDefinition(definitionHash, definition)
  machines.put({
    name,
    roleArn: 'role',
    createdAtMs: 0,
    updatedAtMs: 0,
    revisionId: 'r',
    definitionHash,
    nextVersion: 1,
    versions: [],
  })
  return definitionHash
}

async function invoke(plan: CrashPlan, target: string, payload: string, life: Life): Promise<LambdaOutcome> {
  try {
    return { ok: true, payload: JSON.stringify((await plan.invoke(target, JSON.parse(payload), life)) ?? null) }
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error // fakes throw Errors
    return { ok: false, error: errorType, cause: JSON.stringify({ errorType, errorMessage }) }
  }
}

/** As a launcher does: asks again with the same name until the start is acknowledged. */
async function startOnce(life: RunningLife, plan: CrashPlan): Promise<void> {
  if (life.engine.find(key)) return
  const identity = {
    arn: `arn:aws:states:us-east-1:${account}:execution:machine:run`,
    name: key.executionName,
    machineName: key.machineName,
    machineArn: `arn:aws:states:us-east-1:${account}:stateMachine:machine`,
    versionArn: null,
    roleArn: 'role',
    definitionHash: life.definitionHash,
  }
  await life.engine.start(identity, JSON.stringify(plan.input)).catch(() => undefined)
}

async function untilEnd(life: RunningLife): Promise<void> {
  for (let turn = 0; turn < 2000 && life.fate.killedAt === null; turn++) {
    for (let settle = 0; settle < 5; settle++) await nextTurn()
    if (life.fate.killedAt !== null) return
    if (life.engine.find(key)?.status !== 'RUNNING') return
    const next = life.clock.nextAlarmMs()
    if (next !== null) life.clock.advanceTo(next)
  }
}
