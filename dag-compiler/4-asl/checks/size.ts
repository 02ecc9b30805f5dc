/** A definition that Step Functions would refuse for its size. */
import { definitionTooLarge } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { largestDefinitionBytes } from '../emit-dag.ts'
import type { DagNumbers } from '../machine.ts'

export function checkSize(dag: string, { definitionBytes, tasks }: DagNumbers): Problem[] {
  if (definitionBytes <= largestDefinitionBytes) return []
  return [definitionTooLarge({ dag, bytes: definitionBytes, limit: largestDefinitionBytes, tasks })]
}
