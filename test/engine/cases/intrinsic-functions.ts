/** Intrinsic functions of JSONPath states, and paths that filter. */

import { end, guide, jsonPath, spec } from '../case-parts.ts'
import type { EngineCase } from '../cases.ts'

const source = spec('Intrinsic Functions')
const gives = (title: string, call: string, output: unknown, input: unknown = {}, where = source): EngineCase => ({
  title,
  source: where,
  machine: jsonPath,
  states: { P: { Type: 'Pass', Parameters: { 'v.$': call }, OutputPath: '$.v', ...end } },
  input,
  output,
})
const filters = guide('Working with JSONPath paths')
const books = {
  books: [
    { t: 'A', p: 5 },
    { t: 'B', p: 12 },
    { t: 'C', p: 9, sold: true },
  ],
}

export const intrinsicFunctionCases: readonly EngineCase[] = [
  gives('States.Format fills in values', "States.Format('Hello {}, {} times', $.who, $.n)", 'Hello Ada, 3 times', {
    who: 'Ada',
    n: 3,
  }),
  gives('States.Format keeps braces that are escaped', "States.Format('\\{{}\\}', 1)", '{1}'),
  gives('States.StringToJson reads JSON', 'States.StringToJson($.text)', { a: [1] }, { text: '{"a":[1]}' }),
  gives('States.JsonToString writes JSON', 'States.JsonToString($.json)', '{"a":[1]}', { json: { a: [1] } }),
  gives('States.Array makes a list', "States.Array('a', 1, true, null, $.x)", ['a', 1, true, null, { y: 2 }], {
    x: { y: 2 },
  }),
  gives('States.ArrayPartition cuts a list', 'States.ArrayPartition($.list, 2)', [[1, 2], [3]], { list: [1, 2, 3] }),
  gives('States.ArrayContains looks for a value', 'States.ArrayContains($.list, 2)', true, { list: [1, 2] }),
  gives('States.ArrayRange counts, both ends included', 'States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]),
  gives('States.ArrayGetItem gives an item', 'States.ArrayGetItem($.list, 1)', 'b', { list: ['a', 'b'] }),
  gives('States.ArrayLength counts', 'States.ArrayLength($.list)', 3, { list: [1, 2, 3] }),
  gives('States.ArrayUnique drops what is there already', 'States.ArrayUnique($.list)', [1, 2], { list: [1, 2, 1] }),
  gives('States.Base64Encode writes Base64', "States.Base64Encode('hi')", 'aGk='),
  gives('States.Base64Decode reads Base64', "States.Base64Decode('aGk=')", 'hi'),
  gives('States.Hash knows SHA-1', "States.Hash('abc', 'SHA-1')", 'a9993e364706816aba3e25717850c26c9cd0d89d'),
  gives(
    'States.JsonMerge joins objects, the second over the first',
    'States.JsonMerge($.a, $.b, false)',
    { x: 1, y: 3, z: 4 },
    { a: { x: 1, y: 2 }, b: { y: 3, z: 4 } },
  ),
  gives('States.MathAdd adds', 'States.MathAdd($.n, -1)', 4, { n: 5 }),
  gives('States.StringSplit takes a text apart at any of the signs', "States.StringSplit('a,b;c', ',;')", [
    'a',
    'b',
    'c',
  ]),
  gives('functions nest', "States.ArrayLength(States.StringSplit(States.Format('{}-{}', 'a', 'b'), '-'))", 2),
  gives('a filter gives all that match', '$.books[?(@.p < 10)].t', ['A', 'C'], books, filters),
  gives('a filter asks whether a member is there', '$.books[?(@.sold)].t', ['C'], books, filters),
  gives('a star gives every item', '$.books[*].p', [5, 12, 9], books, filters),
  gives('a slice gives a part of a list', '$.books[0:2].t', ['A', 'B'], books, filters),
  gives('two dots look at any depth', '$..t', ['A', 'B', 'C'], books, filters),
  {
    title: 'a function that cannot do its work fails with States.IntrinsicFailure',
    source: guide('Handling errors: States.IntrinsicFailure'),
    machine: jsonPath,
    states: { P: { Type: 'Pass', Parameters: { 'v.$': "States.StringToJson('{oops')" }, ...end } },
    error: 'States.IntrinsicFailure',
  },
]
