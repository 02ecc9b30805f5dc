/** What a JSONPath says, as data. Invariant: a definite path leads to one value or to none; any other leads to a list. */
export interface Path {
  readonly text: string
  /** `$`, the context object `$$`, a variable's name, or `@` inside a filter. */
  readonly root: { readonly kind: 'input' | 'context' | 'here' } | { readonly kind: 'variable'; readonly name: string }
  readonly steps: readonly Step[]
  readonly definite: boolean
}

export type Step =
  /** One name leads to a member; several make an object of those members. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Negative numbers count from the end. */
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly test: Filter }
  /** The step that follows is taken from every value at any depth. */
  | { readonly kind: 'descend' }
  | { readonly kind: 'function'; readonly name: FunctionName }

export const functionNames = ['length', 'min', 'max', 'avg', 'sum', 'stddev', 'keys', 'first', 'last'] as const
export type FunctionName = (typeof functionNames)[number]

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly tests: readonly Filter[] }
  | { readonly kind: 'not'; readonly test: Filter }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'compare'; readonly operator: Operator; readonly left: Operand; readonly right: Operand }

export const operators = [
  '==',
  '!=',
  '<=',
  '>=',
  '<',
  '>',
  '=~',
  'in',
  'nin',
  'subsetof',
  'anyof',
  'noneof',
  'size',
  'empty',
  'contains',
] as const
export type Operator = (typeof operators)[number]

export type Operand =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'path'; readonly path: Path }
