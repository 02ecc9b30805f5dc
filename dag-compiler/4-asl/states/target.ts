/** Where a state leads: to another state, or out of its branch. */
import { expression, ownEntries } from '../expressions.ts'

export type Target = { readonly Next: string } | { readonly End: true }

/** A state that ends its branch drops the enclosing frame with its own output. */
export function leaving(target: Target, data: string): { readonly Output: string } & Target {
  return { Output: expression('End' in target ? ownEntries(data) : data), ...target }
}

/** `Catch` cannot end a branch, so failures land here. */
export const landing = { Type: 'Succeed', Output: expression(ownEntries('$states.input')) } as const
