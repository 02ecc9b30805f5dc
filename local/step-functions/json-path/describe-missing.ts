/** Jayway's sentence for a definite path that leads nowhere; AWS repeats it in causes. */
import { parsePath } from './parse-path.ts'
import type { Path, Step } from './path.ts'
import { followPath, type PathSources } from './read-path.ts'

export function describeMissing(text: string, sources: PathSources): string {
  const path = parsePath(text)
  const missing = path.steps.findIndex(
    (_, index) => followPath({ ...path, steps: path.steps.slice(0, index + 1) }, sources) === undefined,
  )
  if (missing === -1 || missing === path.steps.length - 1) return `No results for path: ${canonical(path, path.steps)}`
  return `Missing property in path ${canonical(path, path.steps.slice(0, missing + 1))}`
}

/** `$.a.b[0]` → `$['a']['b'][0]`. */
function canonical({ root }: Path, steps: readonly Step[]): string {
  const start = root.kind === 'variable' ? `$${root.name}` : '$'
  return start + steps.map(bracketed).join('')
}

function bracketed(step: Step): string {
  switch (step.kind) {
    case 'names':
      return `[${step.names.map((name) => `'${name}'`).join(',')}]`
    case 'indexes':
      return `[${step.indexes.join(',')}]`
    case 'slice':
      return `[${step.from ?? ''}:${step.to ?? ''}]`
    case 'all':
      return '[*]'
    case 'filter':
      return '[?]'
    case 'descend':
      return '..'
    case 'function':
      return `.${step.name}()`
  }
}
