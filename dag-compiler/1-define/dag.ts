/**
 * `Dag`: collects what a file declares. It never throws for a mistake that leaves the rest readable: mistakes become
 * data, so that one compile reports everything. Calling a task's factory places the task; the call graph is the task graph.
 */
import type { DagDefinition } from './dag-definition.ts'
import { type DagSpec, readDagSpec } from './dag-spec.ts'
import { type IfConstruct, openBranch, openIf, openShortCircuit, openSwitch, type SwitchConstruct } from './deciders.ts'
import { type Declarations, define } from './declarations.ts'
import { describe } from './describe.ts'
import { drawEdge, markSetup, markTeardown } from './draw.ts'
import { AuthoringError } from './errors.ts'
import type { Handler } from './operators/operator.ts'
import type { RefOwner, TaskRef } from './ref.ts'
import { declarationsOf, TaskScope } from './task-scope.ts'

/** Key of what `readDag` calls; authors need not see it. */
export const close: unique symbol = Symbol('stepdag.close')

export class Dag extends TaskScope {
  readonly dagId: string

  /**
   * @throws AuthoringError when there is no id: nothing could be reported under its name.
   * @example export const dag = new Dag('sales', { schedule: '0 6 * * *', timezone: 'Europe/Zurich' })
   */
  constructor(dagId: string, spec?: DagSpec) {
    if (typeof dagId !== 'string' || dagId === '') {
      throw new AuthoringError(`new Dag(${describe(dagId)}) has no id`, {
        why: 'a DAG is stored, shown and deployed under its id',
        fix: "give it one: new Dag('my_dag')",
      })
    }
    const read = readDagSpec(spec)
    const all: Declarations = {
      dagId,
      spec: read.spec,
      owner: ownerFor(dagId, () => all),
      declared: [],
      byRef: new Map(),
      placed: new Map(),
      edges: new Map(),
      groups: [],
      decisions: [],
      functions: new Map(),
      mistakes: [...read.mistakes],
      isRead: false,
    }
    super({ all, groupId: null, prefix: '', defaults: read.taskDefaults })
    this.dagId = dagId
  }

  /**
   * The task's result decides: truthy runs `then` and skips `else`, anything else the other way round. Without `else`, a
   * falsy result skips `then`.
   *
   * @example dag.if(isBusy({ got })).then(load()).else(note())
   */
  if(condition: TaskRef): IfConstruct {
    return openIf(declarationsOf(this), condition)
  }

  /** The task's handler returns exactly one of the cases; the others are skipped. */
  switch(decider: TaskRef): SwitchConstruct {
    return openSwitch(declarationsOf(this), decider)
  }

  /**
   * The task's handler returns a reference to one of its direct downstreams, or a list of them; the others are skipped
   * unless they are downstream of a chosen one. `[]` or null skips all.
   */
  branch(decider: TaskRef): void {
    openBranch(declarationsOf(this), decider)
  }

  /**
   * A falsy result skips everything downstream, teardowns excepted; with `respectTriggerRules` only the direct downstreams,
   * and rules decide about the rest.
   */
  shortCircuit(condition: TaskRef, options: { readonly respectTriggerRules?: boolean } = {}): void {
    openShortCircuit(declarationsOf(this), condition, options.respectTriggerRules)
  }

  /** For `readDag`: what was collected. From here on the DAG is closed. */
  [close](): { readonly definition: DagDefinition; readonly handlers: ReadonlyMap<string, Handler> } {
    const all = declarationsOf(this)
    all.isRead = true
    const own = all.declared.map(({ taskId, maker }) => [taskId, maker.handler ?? (() => undefined)] as const)
    return { definition: define(all), handlers: new Map([...own, ...all.functions]) }
  }
}

/** @param all asked for late: references hold the owner before the declarations are complete. */
function ownerFor(dagId: string, all: () => Declarations): RefOwner {
  return {
    dagId,
    draw: (self, other, direction) => drawEdge(all(), self, other, direction),
    markSetup: (ref) => markSetup(all(), ref),
    markTeardown: (ref, options) => markTeardown(all(), ref, options),
    nameFunction(fn) {
      const { functions } = all()
      const name = `map#${functions.size + 1}`
      // The runtime calls it with an element instead of an object of inputs; the author's type fits that element.
      functions.set(name, fn as Handler)
      return name
    },
    report: (mistake) => all().mistakes.push(mistake),
  }
}
