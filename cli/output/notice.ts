/** Something the local world healed or could not do, for a person. */
import type { WorldEvent } from '../../local/index.ts'

type Notice = Extract<WorldEvent, { kind: 'notice' }>

export function renderNotice({ what, fix }: Pick<Notice, 'what' | 'fix'>): string {
  return `${what}${fix === null ? '' : `\n  fix     ${fix}`}`
}
