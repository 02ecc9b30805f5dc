/** Constructs that contradict each other or themselves, and tasks that a decider cannot skip. */
import type { DagDefinition, DecisionDefinition, TaskDefinition } from '../../1-define/dag-definition.ts'
import { badDecider, neverSkipped } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { findDecisions, impliedDecision } from '../find-decisions.ts'
import { mappedGroupOf } from '../group-tree.ts'
import type { Network } from '../network.ts'

export function checkDeciders(definition: DagDefinition, net: Network): readonly Problem[] {
  const { dagId: dag, decisions = [] } = definition
  const deciders = new Map<string, DecisionDefinition>()
  const problems: Problem[] = []
  for (const decision of decisions) {
    const task = taskOf(net, decision.decider)
    const earlier = deciders.get(decision.decider) ?? (task && impliedDecision(task))
    const faults = [...(earlier ? [twice] : []), ...faultsOf(decision, task, net)]
    problems.push(...faults.map((fault) => badDecider({ dag, task: decision.decider, ...fault })))
    deciders.set(decision.decider, decision)
  }
  return [...problems, ...candidateProblems(definition, net)]
}

interface Fault {
  readonly what: string
  readonly fix: string
}

const twice: Fault = {
  what: 'decides more than one construct',
  fix: 'let one task decide each; latestOnly and an approval that skips are constructs of their own',
}

const mapped: Fault = {
  what: 'decides and is mapped',
  fix: "decide in a task of its own, whose result is one value; a mapped approval needs onReject: 'fail'",
}

const withoutResult: ReadonlySet<string> = new Set(['empty', 'service'])

function faultsOf(decision: DecisionDefinition, task: TaskDefinition | undefined, net: Network): readonly Fault[] {
  const faults: Fault[] = task?.mapping ? [mapped] : []
  if (task && withoutResult.has(task.operator)) {
    faults.push({
      what: 'decides, but runs no handler that could',
      fix: 'put a task with a handler behind it, and let that decide',
    })
  }
  if (decision.kind === 'if' && decision.then === decision.else) {
    faults.push({
      what: `has ${decision.then} on both sides of its if`,
      fix: `draw the edge only: ${decision.decider} before ${decision.then}`,
    })
  }
  const empty = branchesOf(decision).find(
    (id) => net.groups.members.get(net.groups.position.get(id) ?? -1)?.length === 0,
  )
  if (empty !== undefined)
    faults.push({
      what: `has the branch ${empty}, a group without tasks`,
      fix: 'add a task to the group, for instance an empty one',
    })
  return faults
}

function branchesOf(decision: DecisionDefinition): readonly string[] {
  if (decision.kind === 'if') return decision.else === null ? [decision.then] : [decision.then, decision.else]
  return decision.kind === 'switch' ? decision.cases : []
}

/** What follows from whom a decider may skip. */
function candidateProblems(definition: DagDefinition, net: Network): readonly Problem[] {
  const { dagId: dag } = definition
  if (!definition.decisions && !net.tasks.some(impliedDecision)) return []
  const implied = net.tasks.filter((task) => task.mapping && impliedDecision(task))
  const ofMapped = implied.map(({ taskId: task }) => badDecider({ dag, task, ...mapped }))
  const ofCandidates = findDecisions(definition, net).flatMap(({ decider, candidates }) => {
    const group = mappedGroupAround(net, decider)
    const outside = group !== null && candidates.find(({ task }) => mappedGroupAround(net, task) !== group)
    // `always` starts with the run, before anybody has decided.
    const always = candidates.filter(({ task }) => taskOf(net, task)?.spec.triggerRule === 'always')
    return [
      ...(outside ? [badDecider({ dag, task: decider, ...decidesOutside(group, outside.task) })] : []),
      ...always.map(({ task }) => neverSkipped({ dag, task, decider })),
    ]
  })
  return [...ofMapped, ...ofCandidates]
}

const decidesOutside = (group: string, task: string): Fault => ({
  what: `decides in each instance of ${group} about ${task}, which is not in that group`,
  fix: `decide outside of ${group}, or only about its tasks`,
})

const taskOf = ({ tasks, position }: Network, id: string): TaskDefinition | undefined => tasks[position.get(id) ?? -1]

function mappedGroupAround({ groups, tasks, position }: Network, id: string): string | null {
  const group = mappedGroupOf(groups, position.get(id) ?? -1)
  return groups.groups[group - tasks.length]?.groupId ?? null
}
