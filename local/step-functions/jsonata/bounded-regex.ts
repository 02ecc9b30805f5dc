/**
 * Regular expressions that cannot stop the process: a match that takes too long is given up. Invariant: finds what `RegExp` finds.
 * Cheap patterns on short texts run directly; the others in a context that V8 interrupts, which costs a quarter of a millisecond.
 */
import { type Context, createContext, Script } from 'node:vm'

const script = new Script('pattern.exec(text)')

/** A text this short is searched in no time, however a pattern without repeated groups goes about it. */
const shortText = 1000

/** @param timeoutMs for one search; then it throws what `give` makes */
export function boundedRegex(timeoutMs: number, give: () => unknown): RegExpConstructor {
  const around: { context: Context | null } = { context: null }
  class BoundedRegex {
    readonly #pattern: RegExp
    readonly #isCheap: boolean
    constructor(pattern: RegExp) {
      this.#pattern = pattern
      this.#isCheap = isCheap(pattern.source)
    }
    get lastIndex(): number {
      return this.#pattern.lastIndex
    }
    set lastIndex(index: number) {
      this.#pattern.lastIndex = index
    }
    exec(text: string): RegExpExecArray | null {
      if (this.#isCheap && text.length <= shortText) return this.#pattern.exec(text)
      around.context ??= createContext({})
      Object.assign(around.context, { pattern: this.#pattern, text })
      try {
        return script.runInContext(around.context, { timeout: timeoutMs }) as RegExpExecArray | null // what exec answers
      } catch {
        throw give()
      }
    }
  }
  // The JSONata package only makes one from a pattern, sets `lastIndex` and calls `exec`.
  return BoundedRegex as unknown as RegExpConstructor
}

/** No group is repeated and at most two parts are: backtracking then costs the square of the text's length at most. */
function isCheap(source: string): boolean {
  const plain = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'a')
  return !/\)[*+{]/.test(plain) && (plain.match(/[*+{]/g) ?? []).length <= 2
}
