/** How the machines of a split DAG refer to each other: placeholders in definitions, names and order of their deployment. */
import type { ChildMachine } from './machine.ts'

/** `Child1` for the first one: `${Child1}` in a definition stands for the ARN of that machine's version. */
export const childPlaceholder = (position: number): string => `Child${position + 1}`

/** Name of the machine beside its DAG's own; at most 74 of AWS's 80 characters, as the DAG's has at most 64. */
export const childMachineName = (parent: string, position: number): string => `${parent}-child-${position + 1}`

/**
 * Positions in `children` such that a machine comes after those that its definition starts.
 *
 * @throws Error when two start each other, which no compiled DAG does.
 */
export function deploymentOrder(children: readonly ChildMachine[]): readonly number[] {
  const order: number[] = []
  const open = new Set<number>()
  const visit = (position: number): void => {
    if (order.includes(position)) return
    if (open.has(position)) throw new Error(`child machine ${children[position]!.id} starts itself; please report`)
    open.add(position)
    for (const other of children.keys()) {
      if (children[position]!.definitionText.includes(`\${${childPlaceholder(other)}}`)) visit(other)
    }
    order.push(position)
  }
  for (const position of children.keys()) visit(position)
  return order
}
