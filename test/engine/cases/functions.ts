/** Functions in expressions: those AWS adds and those of JSONata. */

import { failed, give, guide } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const added = guide('JSONata functions provided by Step Functions')
const jsonata = (section: string) => `JSONata documentation, ${section}`

const gives = (
  source: string,
  title: string,
  expression: string,
  output: unknown,
  input: unknown = {},
): EngineCase => ({
  title,
  source,
  states: { A: give(`{% ${expression} %}`) },
  input,
  output,
})
const refuses = (title: string, expression: string, cause?: RegExp): EngineCase => ({
  title,
  source: added,
  states: { A: give(`{% ${expression} %}`) },
  error: 'States.QueryEvaluationError',
  ...(cause ? { cause } : {}),
  events: failed('PassStateEntered:A', 'EvaluationFailed'),
})

export const functionCases: readonly EngineCase[] = [
  gives(added, '$partition cuts a list into pieces', '$partition([1..5], 2)', [[1, 2], [3, 4], [5]]),
  gives(added, '$partition of a list that fits is one piece', '$partition([1, 2], 10)', [[1, 2]]),
  gives(added, '$range counts from, to and by', '$range(1, 9, 4)', [1, 5, 9]),
  gives(added, '$range may count down', '$range(3, 1, -1)', [3, 2, 1]),
  gives(added, '$hash knows MD5', "$hash('stepdag', 'MD5')", '55b7ff563d452f800754de0fd1b4d096'),
  gives(
    added,
    '$hash knows SHA-256',
    "$hash('', 'SHA-256')",
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  ),
  gives(added, '$random gives a number from 0 to 1', '($r := $random(); $r >= 0 and $r < 1)', true),
  gives(added, '$random with a seed repeats itself', '[$random(7) = $random(7), $random(7) = $random(8)]', [
    true,
    false,
  ]),
  gives(added, '$uuid gives a random UUID each time', '[$length($uuid()), $uuid() = $uuid()]', [36, false]),
  gives(added, '$parse reads what $string wrote', '$parse($string($states.input))', { a: [1, 'x'] }, { a: [1, 'x'] }),
  refuses('$parse of what is no JSON fails', "$parse('{oops')"),
  refuses('an unknown function fails', '$conjure(1)'),
  refuses('a function with an argument of the wrong kind fails', '$sum("x")'),
  refuses('adding a text fails', '"a" + 1'),
  gives(
    jsonata('Aggregation functions'),
    '$sum, $max, $min and $average work on lists',
    '[$sum($states.input), $max($states.input), $min($states.input), $average($states.input)]',
    [6, 3, 1, 2],
    [1, 2, 3],
  ),
  gives(
    jsonata('Array functions'),
    '$count counts, and counts one for a value',
    '[$count([1, 2]), $count(5), $count([])]',
    [2, 1, 0],
  ),
  gives(
    jsonata('Array functions'),
    '$append, $reverse, $sort and $distinct shape lists',
    '[$append([1], [2]), $reverse([1, 2]), $sort([2, 1]), $distinct([1, 1])]',
    [1, 2, 2, 1, 1, 2, 1],
  ),
  gives(jsonata('Array functions'), '$zip pairs lists', '$zip([1, 2], ["a", "b"])', [
    [1, 'a'],
    [2, 'b'],
  ]),
  gives(
    jsonata('Higher order functions'),
    '$map, $filter and $reduce take functions',
    '$reduce($filter($map([1..6], function($v) { $v * $v }), function($v) { $v % 2 = 0 }), function($a, $b) { $a + $b })',
    56,
  ),
  gives(
    jsonata('Object functions'),
    '$keys, $lookup and $merge read and join objects',
    "[$keys($merge([{'a': 1}, {'b': 2}])), $lookup({'c': 3}, 'c')]",
    ['a', 'b', 3],
  ),
  gives(jsonata('Object functions'), '$sift keeps members', "$sift({'a': 1, 'b': 5}, function($v) { $v > 2 })", {
    b: 5,
  }),
  gives(
    jsonata('Object functions'),
    '$type names kinds of values',
    '[$type(null), $type(1), $type("x"), $type([]), $type({})]',
    ['null', 'number', 'string', 'array', 'object'],
  ),
  gives(
    jsonata('String functions'),
    '$split and $join take texts apart and together',
    "$join($split('a,b,c', ','), '-')",
    'a-b-c',
  ),
  gives(
    jsonata('String functions'),
    '$substring, $uppercase, $trim and $pad shape texts',
    "[$substring('abcd', 1, 2), $uppercase('x'), $trim('  y '), $pad('7', -3, '0')]",
    ['bc', 'X', 'y', '007'],
  ),
  gives(
    jsonata('String functions'),
    '$replace and $match take regular expressions',
    "[$replace('a1b22', /[0-9]+/, '#'), $match('a1b22', /[0-9]+/).match]",
    ['a#b#', '1', '22'],
  ),
  gives(
    jsonata('String functions'),
    '$base64encode and $encodeUrlComponent encode',
    "[$base64encode('hi'), $base64decode('aGk='), $encodeUrlComponent('a b')]",
    ['aGk=', 'hi', 'a%20b'],
  ),
  gives(
    jsonata('Numeric functions'),
    '$round, $floor, $power and $number compute',
    "[$round(2.567, 2), $floor(-1.5), $power(2, 8), $number('12')]",
    [2.57, -2, 256, 12],
  ),
  gives(jsonata('Numeric functions'), '$formatNumber writes numbers', "$formatNumber(1234.5, '#,##0.00')", '1,234.50'),
  gives(
    jsonata('Date/Time functions'),
    '$toMillis and $fromMillis read and write instants',
    "[$toMillis('1970-01-02T00:00:00Z'), $fromMillis(0)]",
    [86_400_000, '1970-01-01T00:00:00.000Z'],
  ),
  gives(
    jsonata('Boolean functions'),
    '$exists, $not and $boolean tell true from false',
    '[$exists($states.input.none), $not(0), $boolean("x")]',
    [false, true, true],
  ),
  gives(jsonata('Operators'), 'the conditional operator chooses', '$states.input.n > 1 ? "many" : "one"', 'many', {
    n: 2,
  }),
  gives(
    jsonata('Predicates'),
    'a filter that leaves one item gives the item, in brackets a list',
    '[$states.input.x[v = 1].n, $states.input.x[v = 1][].n]',
    ['a', 'a'],
    {
      x: [
        { v: 1, n: 'a' },
        { v: 2, n: 'b' },
      ],
    },
  ),
  gives(
    jsonata('Path operators'),
    'a path over a list gives the list of its values',
    '$states.input.items.price',
    [1, 2],
    { items: [{ price: 1 }, { price: 2 }, {}] },
  ),
  gives(jsonata('Path operators'), 'grouping collects by key', '$states.input{k: $sum(v)}', { a: 4, b: 2 }, [
    { k: 'a', v: 1 },
    { k: 'b', v: 2 },
    { k: 'a', v: 3 },
  ]),
  gives(
    jsonata('Path operators'),
    'ordering sorts by a member',
    '$states.input^(>n).n',
    [3, 2, 1],
    [{ n: 1 }, { n: 3 }, { n: 2 }],
  ),
  gives(jsonata('Operators'), 'chaining hands values from function to function', '"a b" ~> $uppercase ~> $split(" ")', [
    'A',
    'B',
  ]),
  gives(
    jsonata('Programming constructs'),
    'functions may be defined and may call themselves',
    '($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5))',
    120,
  ),
]
