/**
 * Runs one compiled DAG in virtual time: its emitted machine on the engine of the local world, its tasks in the real task
 * runtime, its end by the real finalizer or, where it is cut short, the real reconciler, records in memory.
 */
import { type CompiledDag, childPlaceholder } from '../../dag-compiler/index.ts'
import { closeRun } from '../../lambdas/reconciler/close-run.ts'
import { isEnd } from '../../lambdas/reconciler/ports.ts'
import type { Run, RunningRun, RunStore, TaskInstance } from '../../run-model/index.ts'
import { createVirtualClock } from '../clock.ts'
import type { Faults } from './faults.ts'
import { type MemoryRunStore, memoryRunStore } from './memory-run-store.ts'
import { type EndedMachine, type Machine, machineArn, runMachine, type Sleep } from './virtual-machine.ts'
import { type PlatformOptions, type Program, targets, virtualPlatform } from './virtual-platform.ts'

export interface VirtualRunOptions {
  readonly run: RunningRun
  readonly program: (sleep: Sleep) => Program
  /** What service tasks call. */
  readonly services: (sleep: Sleep) => PlatformOptions['services']
  readonly faults?: Faults
}

export interface VirtualRun extends EndedMachine {
  readonly run: Run
  readonly records: readonly TaskInstance[]
  /** As the run has left it. */
  readonly store: RunStore
}

/** What a run needs of a compiled DAG. */
export type RunnableDag = Pick<CompiledDag, 'definitionText' | 'wiring' | 'children'>

export async function virtualRun(dag: RunnableDag, options: VirtualRunOptions): Promise<VirtualRun> {
  const { run, program, services, faults = {} } = options
  const clock = createVirtualClock(Date.parse(run.startDate))
  const memory = memoryRunStore(clock.now)
  await recordStart(memory, run)
  const machine = {
    ...deployed(dag),
    executionName: run.execution.name,
    input: { '^run': { dagId: run.dagId, runId: run.runId } },
  }
  const ended = await runMachine(clock, machine, (stage) =>
    virtualPlatform(
      { dag, program: program(stage.sleep), services: services(stage.sleep), faults, clock, memory },
      stage,
    ),
  )
  await closeCutShort(memory, dag, run, ended)
  return {
    ...ended,
    run: (await memory.store.getRun(run)) ?? run,
    records: await memory.store.listTaskInstances(run),
    store: memory.store,
  }
}

export type DeployedMachine = Pick<Machine, 'definitionText' | 'children'>

/** With its placeholders filled in. */
export function deployed({
  definitionText,
  children = [],
}: Pick<CompiledDag, 'definitionText' | 'children'>): DeployedMachine {
  return {
    definitionText: bound(definitionText),
    children: children.map((child, position) => ({
      name: childPlaceholder(position),
      definitionText: bound(child.definitionText),
    })),
  }
}

function bound(definitionText: string): string {
  const names: Readonly<Record<string, string>> = targets
  return definitionText.replace(/\$\{(\w+)\}/g, (_, name: string) => names[name] ?? machineArn(name))
}

/** A run that fails fast or runs out of time never reaches its verdict: Step Functions' word ends it. */
async function closeCutShort(
  { store }: MemoryRunStore,
  dag: RunnableDag,
  run: RunningRun,
  { status, endedAtMs }: EndedMachine,
): Promise<void> {
  const stored = await store.getRun(run)
  if (stored?.state !== 'running' || endedAtMs === null || !isEnd(status)) return
  const withPlan = { ...store, getManifestByPlan: async () => ({ wiring: dag.wiring }) }
  await closeRun({ store: withPlan, now: () => endedAtMs }, stored, { status, stoppedAtMs: endedAtMs })
}

async function recordStart({ store }: MemoryRunStore, run: RunningRun): Promise<void> {
  const { startDate, dagVersion, bundleVersion, planHash, execution, ...queued } = run
  await store.createRun({ ...queued, state: 'queued' })
  await store.startRun(run)
}
