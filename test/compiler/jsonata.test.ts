/** The dialect of JSONata that AWS accepts: nothing that AWS refuses passes, and what machines need is not refused. */
import { describe, expect, it } from 'vitest'
import { awsRefusal } from '../../dag-compiler/jsonata.ts'

describe('accepts', () => {
  it.each([
    '$states.input',
    "$merge([$states.input,{'a':$states.result.Payload.s}])",
    "$sift($states.input,function($v,$k){$k!='^'})",
    "'JOIN#' & $states.context.Execution.Name",
    '( $n := $states.input.a.n; $n > 0 ? [0..$n-1] : [] )',
    "( $u := [$states.input.a,$states.input.b]; $not('failed' in $u) and $count($u[$='skipped']) < $count($u) )",
    '$states.input.orders[price > 10 and country = $states.input.home].{"id": id, "total": price * amount}',
    '$states.input.orders.$string(id)',
    '$states.input.orders^(>price)[0]',
    '$states.input.rows.(a + b)',
    '$states.input.`odd name`[0]',
    '$map($states.input.xs, function($x, $i) { $x.value * $i })',
    '$states.input.a * 2 % 3',
    '$states.input.*',
    '$replace($states.input.text, /a+b/i, "?? ?: $eval")',
    '/* a ?? b */ true',
    '$states.input.in or $states.input.and and false',
    '$states.input ~> $keys',
    'null',
    '$parse($states.input.text)',
  ])('%s', (expression) => {
    expect(awsRefusal(expression)).toBeNull()
  })
})

describe('refuses', () => {
  it.each([
    ['$states.input.a ?? 1', '??'],
    ['$states.input.a ?: 1', '?:'],
    ["$eval('1 + 1')", '$eval'],
    ['$states.input ~> $eval', '$eval'],
    ['$', '$ refers'],
    ['$.a', '$ refers'],
    ['$$.a', '$$'],
    ['$states.input.xs[$$.a = 1]', '$$'],
    ['a.b', 'the name a'],
    ['`a b`.c', 'the name `a b`'],
    ['$states.input.a + b', 'the name b'],
    ['[a, $states.input.b]', 'the name a'],
    ["{'a': b}", 'the name b'],
    ['$count(a)', 'the name a'],
    ['$map($states.input.xs, function($x) { x.value })', 'the name x'],
    ['count($states.input)', 'not a function'],
    ['*', 'the path *'],
    ['**.a', 'the path **'],
    ['$states.input.a = 1 ? in : 2', 'the name in'],
  ])('%s', (expression, reason) => {
    expect(awsRefusal(expression)).toContain(reason)
  })
})
