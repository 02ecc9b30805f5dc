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
import { diskIndex } from '../../local/step-functions/storage/execution-index.ts'
import { diskLogs, type ExecutionLogs } from '../../local/step-functions/storage/execution-logs.ts'
import { diskMachines } from '../../local/step-functions/storage/machine-store.ts'
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
      life.engine.close()
      return {
        status: state.status,
        error: state.error,
        output: state.output === null ? null : JSON.parse(state.output),
        entries,
        changes,
        kills,
      }
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
}

interface RunningLife {
  readonly engine: Engine
  readonly clock: VirtualClock
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
  const definitionHash = createHash('sha256').update(plan.definition).digest('hex')
  machines.putDefinition(definitionHash, plan.definition)
  const record = {
    name: key.machineName,
    roleArn: 'role',
    createdAtMs: 0,
    updatedAtMs: 0,
    revisionId: 'r',
    definitionHash,
    nextVersion: 1,
    versions: [],
  }
  machines.put(record)
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
  return { engine, clock, definitionHash, killed: () => fate.killed }
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
