/**
 * The value of stage 4: everything a world needs to run a DAG. `definition` holds `${TaskFunction}`, `${Finalizer}` and
 * `${Table}` where a deployment fills in names, so no account id is ever in it.
 */
import type { Wiring } from '../../run-model/index.ts'
import type { DagDefinition } from '../1-define/dag-definition.ts'
import type { Graph } from '../2-graph/graph.ts'
import type { Plan } from '../3-plan/plan.ts'
import type { Problem } from '../problems/problem.ts'

export interface CompiledDag {
  readonly dagId: string
  readonly definition: StateMachine
  /** `definition` as compact JSON: exactly the bytes that are deployed. */
  readonly definitionText: string
  /**
   * Machines for what one definition cannot hold, in the order of their placeholders: `${Child1}` stands for the version ARN
   * of the first. Absent: the DAG is one machine.
   */
  readonly children?: readonly ChildMachine[]
  readonly wiring: Wiring
  readonly authored: DagDefinition
  readonly graph: Graph
  readonly plan: Plan
  readonly needs: Needs
  readonly numbers: DagNumbers
  /** Warnings and advice; a DAG with errors has no `CompiledDag`. */
  readonly problems: readonly Problem[]
}

/** A part of a DAG that runs as an execution of its own; its definition holds the same placeholders as the DAG's. */
export interface ChildMachine {
  readonly id: string
  /** Only the text: machines of large DAGs are many, and their objects are several times its size. */
  readonly definitionText: string
  readonly numbers: DagNumbers
}

/** What the machine and its tasks touch. `cdk/` grants exactly this. Names are placeholders or platform resources. */
export interface Needs {
  /** Functions the machine invokes. */
  readonly invoke: readonly ('TaskFunction' | 'Finalizer')[]
  /** DynamoDB actions the machine itself performs on the run table (gates). */
  readonly tableActions: readonly 'dynamodb:UpdateItem'[]
  /** Whether the machine reads task records of its own DAG: loads in front of service calls. */
  readonly readsRecords?: true
  /** What its service calls need, in the order of the tasks, each once. Absent: it makes none. */
  readonly services?: readonly ServiceNeed[]
  /** Whether task Lambdas end waiting states of this machine with `states:SendTaskSuccess`: gates, or their own. */
  readonly releasesGates: boolean
  /** Whether task Lambdas invoke tasks of this DAG that wait at a gate of their own. */
  readonly wakesTasks: boolean
}

/** IAM actions on ARNs, in which a deployment fills in `{partition}`, `{region}` and `{account}`. */
export interface ServiceNeed {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** For `iam:PassRole`: the only service the role may be passed to. */
  readonly passedTo?: string
}

export interface DagNumbers {
  readonly tasks: number
  readonly edges: number
  readonly parallels: number
  /** Whether states of their own or held by tasks. */
  readonly gates: number
  /** Gates that are no state of their own: their tasks hold them. */
  readonly gatedTasks: number
  /** Billed transitions of a run in which every task succeeds at its first try, without the iterations of its Maps. */
  readonly transitions: number
  /** Calls of Lambda functions by the machine in such a run, without those of a Map's iterations. */
  readonly lambdaRequests: number
  /** Upper bound of history events of such a run, without the iterations of its inline Maps. */
  readonly events: number
  /** Upper bound when everything is repeated as often as it may be and fails in the end; longest Maps included. */
  readonly worstCaseEvents: number
  /** What each iteration of a Map adds. Absent: there is no Map. */
  readonly maps?: readonly MapNumbers[]
  readonly definitionBytes: number
  /** Upper bound of the data between two states. */
  readonly stateDataBytes: number
}

export interface MapNumbers {
  /** Key of the mapped task, or id of the mapped group. */
  readonly id: string
  readonly transitionsEach: number
  /** In the history of the run's execution; of a Distributed Map, in the iteration's own. */
  readonly eventsEach: number
  readonly isDistributed: boolean
}

/** An Amazon States Language definition. States are kept as plain JSON: their exact shape is ASL's, not ours. */
export interface StateMachine {
  readonly Comment?: string
  readonly QueryLanguage: 'JSONata'
  readonly StartAt: string
  readonly States: Readonly<Record<string, AslState>>
  readonly TimeoutSeconds?: number
}

export type AslState = { readonly Type: string } & Readonly<Record<string, unknown>>
