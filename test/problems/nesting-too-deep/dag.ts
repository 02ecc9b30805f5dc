import { Dag, type TaskRef } from 'stepdag'

export const dag = new Dag('russian_dolls')

/** A fan-out of two, one of which is another fan-out, and so on. */
function nest(depth: number): { first: TaskRef; last: TaskRef } {
  const first = dag.empty(`open_${depth}`)
  const last = dag.empty(`close_${depth}`)
  const side = dag.empty(`side_${depth}`)
  side.after(first).before(last)
  if (depth === 0) return { first: first.before(last), last }
  const inner = nest(depth - 1)
  inner.first.after(first)
  inner.last.before(last)
  return { first, last }
}

nest(420)
