/**
 * Kills the engine at a random write and starts another one on the same folder, until the execution has ended. The kill is
 * a write that gets only part of its bytes out, after which nothing of that engine reaches the disk: what SIGKILL leaves.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createVirtualClock, type VirtualClock } from '../../local/clock.ts'
import { createEngine, type Engine } from '../../local/step-functions/engine.ts'
import type { Entry } from '../../local/step-functions/execution/entry.ts'
import { readToken } from '../../local/step-functions/integrations/token.ts'
import type { LambdaOutcome, StatusChange } from '../../local/step-functions/port.ts'
import { diskIndex, type ExecutionIndex } from '../../local/step-functions/storage/execution-index.ts'
import { diskLogs, type ExecutionLogs } from '../../local/step-functions/storage/execution-logs.ts'
import { diskMachines, type MachineStore } from '../../local/step-functions/storage/machine-store.ts'
import { account, startMs } from './harness.ts'

/** What a lifetime offers the functions it runs. */
interface Life {
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
  /** Writes of each lifetime before the kill; the lifetime after the last one is not killed. */
  readonly writesBeforeKill: readonly number[]
  /** [0, 1): which part of the last write gets out. */
  readonly torn: () => number
  readonly invoke: (target: string, event: unknown, life: Life) => Promise<unknown>
  readonly updateItem: (args: unknown) => unknown
}

export interface CrashedRun {
  readonly status: string
  readonly error: string | null
  readonly output: unknown
  readonly entries: readonly Entry[]
  readonly changes: readonly StatusChange[]
  readonly kills: number
  /** Executions other than the run itself, by name. */
  readonly children: readonly { readonly name: string; readonly status: string }[]
}

const key = { machineName: 'machine', executionName: 'run' }

export async function runWithCrashes(plan: CrashPlan): Promise<CrashedRun> {
  const dir = mkdtempSync(join(tmpdir(), 'stepdag-crash-'))
  const changes: StatusChange[] = []
  const time = { nowMs: startMs }
  try {
    for (let kills = 0; ; kills++) {
      const life = startLife(dir, plan, time.nowMs, plan.writesBeforeKill[kills] ?? Number.POSITIVE_INFINITY, changes)
      await life.engine.recover()
      await startOnce(life, plan)
      await untilEnd(life)
      time.nowMs = life.clock.now() + 1500
      if (life.killed()) continue
      const state = life.engine.find(key)!
      const entries = life.engine.history(key)!
      const children = await childrenOf(life)
      life.engine.close()
      return {
        status: state.status,
        error: state.error,
        output: state.output === null ? null : JSON.parse(state.output),
        entries,
        changes,
        kills,
        children,
      }
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

interface RunningLife {
  readonly engine: Engine
  readonly clock: VirtualClock
  readonly index: ExecutionIndex
  readonly definitionHash: string
  killed(): boolean
}

function startLife(dir: string, plan: CrashPlan, nowMs: number, writes: number, changes: StatusChange[]): RunningLife {
  const clock = createVirtualClock(nowMs)
  const fate = { writesLeft: writes, killed: false }
  const damaged = (file: string, why: string) => {
    throw new Error(`${file}: ${why}`)
  }
  const machines = diskMachines(dir, damaged)
  for (const [name, definition] of Object.entries(plan.others ?? {})) putMachine(machines, name, definition)
  const definitionHash = putMachine(machines, key.machineName, plan.definition)
  const never = <T>() => new Promise<T>(() => {})
  const life: Life = {
    clock,
    sendSuccess: (token, output) => {
      const place = readToken(token)!
      if (fate.killed) return never()
      const stimulus = { kind: 'tokenAnswered', scopeId: place.scopeId, token, outcome: { ok: true, output } } as const
      return engine.deliver(place, stimulus).catch(() => never<boolean>())
    },
    sleep: (milliseconds) => new Promise((resolve) => clock.alarm(clock.now() + milliseconds, resolve)),
  }
  const logs = mortal(diskLogs(join(dir, 'logs'), damaged), fate, plan.torn)
  const index = diskIndex(dir)
  const engine: Engine = createEngine({
    machines,
    logs,
    index,
    options: {
      clock,
      dataDir: dir,
      region: 'us-east-1',
      accountId: account,
      random: () => 0.5,
      onStatusChange: (change) => void (fate.killed || changes.push(change)),
      invokeLambda: async (target, payload) => (fate.killed ? never() : invoke(plan, target, payload, life)),
      callService: async (_service, _action, args) => (fate.killed ? never() : plan.updateItem(args)),
    },
  })
  return { engine, clock, index, definitionHash, killed: () => fate.killed }
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

/** Those that no log was written for were never started. */
async function childrenOf({ engine, index }: RunningLife): Promise<CrashedRun['children']> {
  const rows = await index.rows()
  return rows.flatMap((row) => {
    const status = engine.find(row)?.status
    return status === undefined || row.executionName === key.executionName ? [] : [{ name: row.executionName, status }]
  })
}

/** A log whose process dies in the middle of a write. */
function mortal(logs: ExecutionLogs, fate: { writesLeft: number; killed: boolean }, torn: () => number): ExecutionLogs {
  return {
    ...logs,
    append(at, lines) {
      if (fate.killed) throw new Error('killed')
      if (fate.writesLeft-- > 0) return logs.append(at, lines)
      fate.killed = true
      logs.append(at, lines.slice(0, Math.floor(torn() * lines.length)))
      throw new Error('killed')
    },
  }
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
  for (let turn = 0; turn < 2000 && !life.killed(); turn++) {
    for (let settle = 0; settle < 5; settle++) await nextTurn()
    if (life.killed()) return
    if (life.engine.find(key)?.status !== 'RUNNING') return
    const next = life.clock.nextAlarmMs()
    if (next !== null) life.clock.advanceTo(next)
  }
}
