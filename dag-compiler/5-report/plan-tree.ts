/**
 * A plan as lines of a tree: what runs one after the other stands one below the other, branches of a Parallel are drawn as
 * branches. Pure text; colours are the face's business.
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { GateItem, MapItem, Plan, StepItem } from '../3-plan/plan.ts'

export interface TreeLine {
  /** Lines and corners in front of the label. */
  readonly indent: string
  readonly kind: 'task' | 'gate' | 'parallel' | 'end'
  readonly label: string
  /** What is worth knowing, or an empty text. */
  readonly note: string
}

/** @param hasFinalizer whether a state of its own ends the run */
export function planTree(graph: Graph, plan: Plan, hasFinalizer: boolean): readonly TreeLine[] {
  const tasks = new Map(graph.tasks.map((task) => [task.key, task]))
  const idOf = (key: string) => tasks.get(key)?.taskId ?? key
  const end: TreeLine = { indent: '', kind: 'end', label: 'finalize', note: 'records the run’s state' }
  return [...sequenceLines(plan, ''), ...(hasFinalizer ? [end] : [])]

  function sequenceLines(item: Plan, indent: string): readonly TreeLine[] {
    return item.t === 'seq' ? item.items.flatMap((each) => itemLines(each, indent)) : itemLines(item, indent)
  }

  function itemLines(item: Plan, indent: string): readonly TreeLine[] {
    switch (item.t) {
      case 'step':
        return item.tasks.map((key) => ({ indent, kind: 'task', label: idOf(key), note: stepNote(item, key) }))
      case 'gate':
        return [{ indent, kind: 'gate', label: `gate ${idOf(item.id)}`, note: waitingNote(item) }]
      case 'map':
        return mapLines(item, indent)
      case 'child': {
        const label = `child execution of ${item.tasks.length} tasks`
        return [{ indent, kind: 'parallel', label, note: '' }, ...sequenceLines(item.body, `${indent}   `)]
      }
      case 'par':
        return parallelLines(item.branches, indent)
      case 'seq':
        return sequenceLines(item, indent)
    }
  }

  function stepNote({ gate }: StepItem, key: string): string {
    return [noteOf(tasks.get(key)), ...(gate ? [waitingNote(gate)] : [])].filter((note) => note !== '').join(', ')
  }

  function waitingNote({ need, rule }: GateItem): string {
    return `waits for ${rule ? `what decides ${rule} of ` : ''}${shortList(need.map(idOf))}`
  }

  function mapLines({ tasks: [key], id, body }: MapItem, indent: string): readonly TreeLine[] {
    if (body.t === 'step') return sequenceLines(body, indent)
    const label = `for each of ${tasks.get(key ?? '')?.group ?? id}`
    return [{ indent, kind: 'parallel', label, note: 'mapped' }, ...sequenceLines(body, `${indent}   `)]
  }

  function parallelLines(branches: readonly Plan[], indent: string): readonly TreeLine[] {
    const head: TreeLine = { indent, kind: 'parallel', label: `${branches.length} branches`, note: '' }
    return [
      head,
      ...branches.flatMap((branch, index) => {
        const isLast = index === branches.length - 1
        const [first, ...rest] = sequenceLines(branch, '')
        if (!first) return []
        return [
          { ...first, indent: `${indent}${isLast ? '└─ ' : '├─ '}${first.indent}` },
          ...rest.map((line) => ({ ...line, indent: `${indent}${isLast ? '   ' : '│  '}${line.indent}` })),
        ]
      }),
    ]
  }
}

/** @returns at most `most` names, and how many there are besides. */
export function shortList(names: readonly string[], most = 6): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

function noteOf(task: GraphTask | undefined): string {
  if (!task) return ''
  const { spec, operator } = task
  return [
    ...(operator === 'task' ? [] : [operator]),
    ...(task.mapping ? ['mapped'] : []),
    ...(task.isSetup ? ['setup'] : []),
    ...(task.teardown ? ['teardown'] : []),
    ...(spec.triggerRule === 'all_success' ? [] : [spec.triggerRule]),
    ...(spec.retries > 0 ? [`${spec.retries} ${spec.retries === 1 ? 'retry' : 'retries'}`] : []),
  ].join(', ')
}
