/** Where a state leads: to another state, or out of its sequence. */
import type { Scope } from '../emission.ts'
import { expression } from '../expressions.ts'
import type { AslState } from '../machine.ts'

export type Target = { readonly Next: string } | { readonly End: true }

/** A state that ends its sequence hands over what the scope says. @param data an expression */
export function leaving({ finish }: Scope, target: Target, data: string): { readonly Output: string } & Target {
  return { Output: expression('End' in target ? finish(data) : data), ...target }
}

/** `Catch` cannot end a branch, so failures land here. */
export const landing = ({ finish }: Scope): AslState => ({
  Type: 'Succeed',
  Output: expression(finish('$states.input')),
})
