/**
 * What one DAG's file has declared so far: the only mutable state of the authoring API. Everything in it is data or a
 * handler; `define` makes the definition of it once, when the file has loaded.
 */
import type {
  DagDefinition,
  DagSpecValue,
  DecisionDefinition,
  GroupDefinition,
  MappingDefinition,
  Mistake,
  TaskDefinition,
  TaskSpecValue,
  TeardownDefinition,
} from './dag-definition.ts'
import { AuthoringError } from './errors.ts'
import type { Handler, OperatorMaker } from './operators/operator.ts'
import type { RefOwner, TaskRef } from './ref.ts'
import type { TaskDefaultValues } from './task-spec.ts'

export interface Declarations {
  readonly dagId: string
  readonly spec: DagSpecValue
  readonly owner: RefOwner
  readonly declared: Declared[]
  readonly byRef: Map<TaskRef, Declared>
  /** In the order of the calls. */
  readonly placed: Map<Declared, TaskDefinition>
  readonly edges: Map<string, readonly [from: string, to: string]>
  readonly groups: OpenGroup[]
  readonly decisions: OpenDecision[]
  /** What the runtime calls besides the tasks' own handlers. */
  readonly functions: Map<string, Handler>
  readonly mistakes: Mistake[]
  isRead: boolean
}

/** A task that is declared and, once its factory was called, placed. */
export interface Declared {
  readonly taskId: string
  readonly maker: OperatorMaker
  readonly spec: TaskSpecValue
  /** Whether the task itself, not a default, chose its rule. */
  readonly hasOwnRule: boolean
  readonly group: string | null
  readonly ref: TaskRef
  isSetup: boolean
  teardown: TeardownDefinition | null
}

export interface OpenGroup extends Omit<GroupDefinition, 'mapping'> {
  mapping: MappingDefinition | null
}

/** A construct under way: its branches are named one by one. */
export interface OpenDecision {
  readonly kind: DecisionDefinition['kind']
  readonly decider: string
  then: string | null
  else: string | null
  readonly cases: string[]
  readonly respectTriggerRules: boolean
}

/** Where a task or group is declared. */
export interface Scope {
  readonly all: Declarations
  /** Null: the DAG itself. */
  readonly groupId: string | null
  /** In front of the ids of what is declared here. */
  readonly prefix: string
  readonly defaults: TaskDefaultValues
}

/** @throws AuthoringError when the file has loaded. */
export function refuseWhenRead({ isRead, dagId }: Declarations): void {
  if (!isRead) return
  throw new AuthoringError(`DAG "${dagId}" was changed after its file had loaded`, {
    why: 'the graph is fixed when the file has loaded; a task that is running cannot add to it',
    fix: 'declare and call every task at the top level of the file',
  })
}

export function define(all: Declarations): DagDefinition {
  const uncalled = all.declared.filter((declared) => !all.placed.has(declared))
  const groups = all.groups.map(({ mapping, ...group }): GroupDefinition => ({ ...group, ...(mapping && { mapping }) }))
  const decisions = all.decisions.flatMap(closeDecision)
  const isOpen = ({ kind, then, cases }: OpenDecision) =>
    (kind === 'if' && then === null) || (kind === 'switch' && cases.length === 0)
  return {
    dagId: all.dagId,
    spec: all.spec,
    tasks: [...all.placed].map(([declared, task]) => withRole(declared, task)),
    edges: [...all.edges.values()],
    ...(groups.length > 0 && { groups }),
    ...(decisions.length > 0 && { decisions }),
    mistakes: [
      ...all.mistakes,
      ...all.decisions.filter(isOpen).map(({ kind, decider }) => ({
        kind: 'bad-decider',
        task: decider,
        detail: { reason: kind === 'if' ? 'no-then' : 'no-case' },
      })),
      ...uncalled.map(({ taskId }) => ({ kind: 'uncalled-task', task: taskId, detail: {} })),
    ],
  }
}

const withRole = ({ isSetup, teardown }: Declared, task: TaskDefinition): TaskDefinition => ({
  ...task,
  ...(isSetup && { isSetup: true as const }),
  ...(teardown && { teardown }),
})

/** Nothing when the construct lacks what it needs, which is reported. */
function closeDecision(open: OpenDecision): readonly DecisionDefinition[] {
  const { kind, decider, cases, respectTriggerRules } = open
  switch (kind) {
    case 'if':
      return open.then === null ? [] : [{ kind, decider, then: open.then, else: open.else }]
    case 'switch':
      return cases.length === 0 ? [] : [{ kind, decider, cases: [...cases] }]
    case 'branch':
      return [{ kind, decider }]
    case 'short_circuit':
      return [{ kind, decider, respectTriggerRules }]
  }
}
