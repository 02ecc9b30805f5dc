/** A plan as one line, as compiler.md writes plans: `a → ∥{b ; ⟨c←a⟩→c}`. */
import type { Plan } from '../../../dag-compiler/index.ts'

export function drawing(plan: Plan): string {
  switch (plan.t) {
    case 'step':
      return plan.tasks.join('+')
    case 'gate':
      return `⟨${plan.id}←${plan.need.join(',')}⟩`
    case 'seq':
      return plan.items.map(drawing).join('→')
    case 'par':
      return `∥{${plan.branches.map(drawing).join(' ; ')}}`
  }
}
