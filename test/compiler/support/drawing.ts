/**
 * A plan as one line, as compiler.md writes plans: `a → ∥{b ; ⟨c←a⟩→c}`; the rule of an early gate follows its tasks. A gate
 * that its task holds has no arrow behind it: `⟨c←a⟩c`.
 */
import type { Plan } from '../../../dag-compiler/index.ts'

export function drawing(plan: Plan): string {
  switch (plan.t) {
    case 'step':
      return `${plan.gate ? drawing(plan.gate) : ''}${plan.tasks.join('+')}`
    case 'child':
      return `[${drawing(plan.body)}]`
    case 'map':
      return plan.body.t === 'step' ? `${plan.id}[]` : `${plan.id}[${drawing(plan.body)}]`
    case 'gate':
      return `⟨${plan.id}←${plan.need.join(',')}${plan.rule ? `, ${plan.rule}` : ''}⟩`
    case 'seq':
      return plan.items.map(drawing).join('→')
    case 'par':
      return `∥{${plan.branches.map(drawing).join(' ; ')}}`
  }
}
