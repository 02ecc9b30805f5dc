/**
 * The guard in front of a service call: deciders, setups and trigger rule as one JSONata expression, for a state that no
 * wrapper protects. It says the same as `decideTurn` in the run model; a test compares them over all combinations.
 */
import type { TriggerRule } from '../../../run-model/index.ts'
import { quotedText } from './jsonata-text.ts'

export interface GuardQuestion {
  readonly rule: TriggerRule
  /** JSONata of the entries the rule counts. */
  readonly counted: readonly string[]
  readonly setups: readonly string[]
  readonly deciders: readonly { readonly entry: string; readonly keptBy: readonly string[] }[]
  /** Whether an entry may hold counts of instances. */
  readonly hasCounts: boolean
}

/** @returns JSONata with the value `run`, `skipped` or `upstream_failed` */
export function guardJsonata({ rule, counted, setups, deciders, hasCounts }: GuardQuestion): string {
  const answers = [
    ...deciders.map(({ entry, keptBy }) => `${notKept(entry, keptBy)}?'skipped'`),
    ...(setups.length > 0 ? ["$f($p)?'upstream_failed'", "'skipped' in $p?'skipped'"] : []),
    ...(counted.length > 0 ? byRule[rule] : []),
    "'run'",
  ].join(':')
  const needed = [
    ['$s', hasCounts ? statusesOf : statusOf],
    ['$f', failed],
    ['$p', listed('$p', setups)],
    ['$u', listed('$u', counted)],
  ] as const
  const lists = needed.filter(([name]) => name === '$s' || answers.includes(name)).map(([, text]) => text)
  return `(${lists.join(';')};${answers})`
}

const statusOf = "$s:=function($e){$type($e)='object'?$e.s:$e}"

/** Statuses in an entry: its own, or those of its instances. */
const statusesOf =
  "$s:=function($e){$type($e)='object'?($sum($e.c)>0?[$e.c[0]>0?'success',$e.c[1]>0?'skipped',$e.c[2]>0?'failed',$e.c[3]>0?'upstream_failed']:$e.s):$e}"
const failed = "$f:=function($l){'failed' in $l or 'upstream_failed' in $l}"

const listed = (name: string, entries: readonly string[]): string =>
  `${name}:=[${entries.map((entry) => `$s(${entry})`).join(',')}]`

/** A decider says what it chose only when it succeeded. */
function notKept(entry: string, keptBy: readonly string[]): string {
  const isKept = keptBy.map((option) => `${quotedText(option)} in ${entry}.b`).join(' or ')
  return `('success' in [$s(${entry})] and $not(${isKept === '' ? 'false' : isKept}))`
}

const upstreamFailed = "$f($u)?'upstream_failed'"
const anySkipped = "'skipped' in $u?'skipped'"
/** All of them: nothing else occurs. */
const allSkipped = "'skipped' in $u and $not('success' in $u or $f($u))?'skipped'"
const noSuccess = "$not('success' in $u)?'upstream_failed'"

/** Conditions in the order in which they decide (semantics §7); what is left runs. */
const byRule: Readonly<Record<TriggerRule, readonly string[]>> = {
  all_success: [upstreamFailed, anySkipped],
  all_failed: ["'success' in $u or 'skipped' in $u?'skipped'"],
  all_done: [],
  all_done_min_one_success: [anySkipped, noSuccess],
  all_done_setup_success: [allSkipped, noSuccess],
  none_failed: [upstreamFailed],
  none_failed_min_one_success: [upstreamFailed, allSkipped],
  none_skipped: [anySkipped],
  all_skipped: ["'success' in $u or $f($u)?'skipped'"],
  one_success: [allSkipped, noSuccess],
  one_failed: ["$not($f($u))?'skipped'"],
  one_done: ["$not('success' in $u or 'failed' in $u)?'skipped'"],
  always: [],
}
