/**
 * `chain(a, [b, c], d)`, as in Airflow: each element comes before the next; a list fans out and in, and two neighbouring
 * lists connect pairwise, so they must be equally long.
 */
import { type End, endId, endOf, owner } from './ref.ts'

export type Chained = End | readonly End[]

/**
 * Draws order only; no data passes.
 *
 * @example chain(extract(), [cleanA(), cleanB()], report())
 */
export function chain(...elements: readonly Chained[]): void {
  for (const [index, later] of elements.slice(1).entries()) {
    const earlier = elements[index]
    if (earlier !== undefined) connect(earlier, later)
  }
}

function connect(earlier: Chained, later: Chained): void {
  const from = listed(earlier)
  const to = listed(later)
  if (!Array.isArray(earlier) || !Array.isArray(later)) {
    for (const task of from) drawAll(task, to)
  } else if (from.length === to.length) {
    for (const [index, task] of from.entries()) drawAll(task, to.slice(index, index + 1))
  } else reportLengths(from, to)
}

/** Without types an author can put anything into a chain; the other end of the edge reports it. */
function drawAll(from: End, to: readonly End[]): void {
  if (endOf(from)) from.before(...to)
  else for (const task of to) if (endOf(task)) task.after(from)
}

function reportLengths(from: readonly End[], to: readonly End[]): void {
  const ids = (list: readonly End[]) => list.map((task) => String(endOf(task)?.[endId]))
  const reporter = [...from, ...to].find((task) => endOf(task))
  reporter?.[owner].report({ kind: 'bad-chain', detail: { from: ids(from), to: ids(to) } })
}

// `Array.isArray` does not narrow readonly arrays; a lone task is the other half of the union.
const listed = (element: Chained): readonly End[] =>
  Array.isArray(element) ? (element as readonly End[]) : [element as End]
