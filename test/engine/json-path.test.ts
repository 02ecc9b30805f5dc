/** JSONPath and intrinsic functions by themselves. Sources: AWS, "Using JSONPath paths" and "Intrinsic functions"; Jayway JsonPath's README. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateCall } from '../../local/step-functions/intrinsic/evaluate-call.ts'
import { parseCall } from '../../local/step-functions/intrinsic/parse-call.ts'
import { describeMissing } from '../../local/step-functions/json-path/describe-missing.ts'
import { isReference, parsePath } from '../../local/step-functions/json-path/parse-path.ts'
import { readPath } from '../../local/step-functions/json-path/read-path.ts'
import { writePath } from '../../local/step-functions/json-path/write-path.ts'

const input = {
  store: {
    book: [
      { category: 'reference', author: 'Rees', price: 8.95 },
      { category: 'fiction', author: 'Waugh', price: 12.99 },
      { category: 'fiction', author: 'Melville', price: 8.99, isbn: '0-553' },
      { category: 'fiction', author: 'Tolkien', price: 22.99, isbn: '0-395' },
    ],
    bicycle: { color: 'red', price: 19.95 },
  },
  expensive: 10,
  'odd name': 1,
  '@type': 'shop',
  none: null,
}
const sources = { input, context: { State: { Name: 'S' } }, variables: { limit: 9, list: [1, 2] } }
const authors = (...names: string[]) => names

describe('a path', () => {
  const found: readonly (readonly [string, unknown])[] = [
    ['$', input],
    ['$.expensive', 10],
    ["$['odd name']", 1],
    ['$.@type', 'shop'],
    ['$.odd\\ name', 1],
    ['$.none', null],
    ['$.missing', undefined],
    ['$.expensive.inner', undefined],
    ['$.store.book.price', undefined],
    ['$.store.book[0].author', 'Rees'],
    ['$.store.book[-1].author', 'Tolkien'],
    ['$.store.book[9]', undefined],
    ['$.store.book[*].author', authors('Rees', 'Waugh', 'Melville', 'Tolkien')],
    ['$.store.book[0,2].author', authors('Rees', 'Melville')],
    ['$.store.book[1:3].author', authors('Waugh', 'Melville')],
    ['$.store.book[:2].author', authors('Rees', 'Waugh')],
    ['$.store.book[-2:].author', authors('Melville', 'Tolkien')],
    ['$.store.book[9:]', []],
    ['$.store.book[*].isbn', authors('0-553', '0-395')],
    ['$.store.bicycle.*', ['red', 19.95]],
    ["$.store.bicycle['color','price']", { color: 'red', price: 19.95 }],
    ['$..author', authors('Rees', 'Waugh', 'Melville', 'Tolkien')],
    ['$..book[0].author', authors('Rees')],
    ['$.missing[*]', []],
    ['$.store.book[?(@.price < 10)].author', authors('Rees', 'Melville')],
    ['$.store.book[?(@.price < $.expensive && @.isbn)].author', authors('Melville')],
    ["$.store.book[?(@.category == 'reference' || @.price >= 22.99)].author", authors('Rees', 'Tolkien')],
    ['$.store.book[?(!@.isbn)].author', authors('Rees', 'Waugh')],
    ['$.store.book[?(!(@.price > 9 || @.isbn))].author', authors('Rees')],
    ['$.store.book[?(@.author =~ /.*[lL].*/i)].author', authors('Melville', 'Tolkien')],
    ["$.store.book[?(@.author in ['Rees', 'Waugh'])].price", [8.95, 12.99]],
    ["$.store.book[?(@.author nin ['Rees', 'Waugh'])].price", [8.99, 22.99]],
    ["$.store.book[?(@.author != 'Rees')].price", [12.99, 8.99, 22.99]],
    ['$.store.book[?(@.price == "8.95")]', []],
    ['$.store.book[?(@.author size 4)].author', authors('Rees')],
    ['$.store.bicycle[?(@.color == "red")].price', [19.95]],
    ['$..[?(@.price > 20)].author', authors('Tolkien')],
    ['$.store.book.length()', 4],
    ['$.store.book[*].price.max()', 22.99],
    ['$$.State.Name', 'S'],
    ['$limit', 9],
    ['$list[1]', 2],
    ['$unknown', undefined],
    ['$.store.book[?(@.price < $limit)].author', authors('Rees', 'Melville')],
  ]
  it.each(found)('%s leads to %j', (path, value) => expect(readPath(path, sources)).toEqual(value))

  it.each([
    '',
    'a',
    '$.',
    '$.a b',
    '$[',
    "$['a",
    '$[a]',
    '$.a[?(@.b ==)]',
    '$.a[?(@.b < 1]',
    '$..',
    '$.a[?(@.b =~ /(/)]',
  ])('%j is no path', (text) => expect(() => parsePath(text)).toThrow(/at character \d+ of/))

  it('is a reference when it names one place', () => {
    const texts = ['$.a.b[0]', "$['a']", '$$.Execution', '$.a[*]', '$..a', '$.a[1:2]', "$['a','b']", '$.a.length()']
    expect(texts.filter((text) => isReference(parsePath(text)))).toEqual(texts.slice(0, 3))
  })

  it('that leads nowhere is described as Jayway does', () => {
    expect(describeMissing('$.nope', sources)).toBe("No results for path: $['nope']")
    expect(describeMissing('$.store.nope', sources)).toBe("No results for path: $['store']['nope']")
    expect(describeMissing('$.nope[0].a', sources)).toBe("Missing property in path $['nope']")
  })
})

describe('any text', () => {
  const scraps = [
    '$',
    '$.a',
    '..',
    '[',
    ']',
    '?(',
    '@',
    "'",
    '"',
    '*',
    ',',
    ':',
    '-1',
    '==',
    '&&',
    '!',
    '(',
    ')',
    '/a/',
    '.length()',
    ' ',
    'States.',
    'States.Format',
    '{}',
    '\\',
  ]
  it('is a path or a call, or is refused with the place', () => {
    const text = fc.array(fc.constantFrom(...scraps), { maxLength: 8 }).map((parts) => parts.join(''))
    const reads = [(one: string) => readPath(one, sources), (one: string) => parseCall(one)]
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), fc.constantFrom(...reads), (one, read) => {
        try {
          read(one)
        } catch (error) {
          expect(error).toMatchObject({
            name: 'PathSyntaxError',
            message: expect.stringMatching(/ at character \d+ of /),
          })
        }
      }),
      { seed: 3, numRuns: 2000 },
    )
  })
  it('that nests too much is refused', () => {
    expect(() => parsePath(`$[?(${'!'.repeat(50_000)}@.a)]`)).toThrow('too much is nested at character')
    expect(() => parsePath(`$[?${'('.repeat(50_000)}`)).toThrow('too much is nested at character')
    expect(() => parsePath(`$${'[?(@'.repeat(50_000)}`)).toThrow('too much is nested at character')
    expect(() => parseCall('States.Array('.repeat(50_000))).toThrow('more than 10 functions within each other')
  })
})

describe('writing at a path', () => {
  it('makes objects on the way and leaves the target as it was', () => {
    const target = { a: 1 }
    expect(writePath('$.b.c', target, 2)).toEqual({ a: 1, b: { c: 2 } })
    expect(target).toEqual({ a: 1 })
  })
  it('replaces a member and an item', () => {
    expect(writePath('$.a', { a: 1 }, 2)).toEqual({ a: 2 })
    expect(writePath('$.a[1].b', { a: [0, { c: 1 }] }, 2)).toEqual({ a: [0, { c: 1, b: 2 }] })
  })
  it.each(['text', 1, [1], null])('fails when %j is in the way', (target) => {
    expect(writePath('$.a.b', { a: target }, 1)).toBeUndefined()
  })
})

describe('an intrinsic function', () => {
  const call = (text: string) => evaluateCall(parseCall(text), sources, () => 0.5)
  const answers: readonly (readonly [string, unknown])[] = [
    ["States.Format('a {} b {}', $.expensive, 'x')", 'a 10 b x'],
    ["States.Format('\\{\\} \\\\ it\\'s {}', true)", "{} \\ it's true"],
    ["States.Format('{}', States.Array(1, null))", '[1,null]'],
    ['States.StringToJson(\'{"a":[1]}\')', { a: [1] }],
    ['States.JsonToString($.store.bicycle)', '{"color":"red","price":19.95}'],
    ["States.Array(1, 'a', null, true, $.expensive)", [1, 'a', null, true, 10]],
    ['States.Array()', []],
    ['States.ArrayPartition(States.ArrayRange(1, 5, 1), 2)', [[1, 2], [3, 4], [5]]],
    ['States.ArrayContains($list, 2)', true],
    ['States.ArrayContains($.store.book, $.store.book[1])', true],
    ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($list, 1)', 2],
    ['States.ArrayLength($.store.book)', 4],
    ['States.ArrayUnique(States.Array(1, 2, 1))', [1, 2]],
    ["States.Base64Encode('Data to encode')", 'RGF0YSB0byBlbmNvZGU='],
    ["States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", 'Data to encode'],
    ["States.Hash('input data', 'SHA-1')", 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['States.JsonMerge($.store.bicycle, States.StringToJson(\'{"price":1}\'), false)', { color: 'red', price: 1 }],
    ['States.MathRandom(1, 999)', 500],
    ['States.MathAdd($.expensive, -1)', 9],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ['This', 'is', 'a', 'test', 'string']],
  ]
  it.each(answers)('%s answers %j', (text, value) => expect(call(text)).toEqual(value))

  it('draws the same number for the same seed, and ids that differ', () => {
    expect(call('States.MathRandom(1, 999, 7)')).toBe(call('States.MathRandom(1, 999, 7)'))
    expect(call('States.UUID()')).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(call('States.UUID()')).not.toBe(call('States.UUID()'))
  })

  it.each([
    "States.Format('{}')",
    "States.Format('', 1)",
    "States.Format('{')",
    "States.StringToJson('{')",
    'States.ArrayPartition($list, 0)',
    'States.ArrayRange(1, 2000, 1)',
    'States.ArrayRange(1, 2, 0)',
    'States.ArrayGetItem($list, 2)',
    "States.ArrayLength('a')",
    "States.Base64Decode('~')",
    "States.Hash('a', 'SHA-3')",
    'States.JsonMerge($.store, $.store, true)',
    'States.MathAdd(2147483647, 1)',
    'States.MathRandom(2, 2)',
  ])('%s is refused', (text) =>
    expect(() => call(text)).toThrow(/^(Invalid arguments in States\.|States\.Hash expects)/),
  )

  it('says which path of its arguments leads nowhere', () => {
    expect(() => call('States.Array(States.ArrayLength($.nope))')).toThrow(
      "The JsonPath argument for the field '$.nope' could not be found in the input '{",
    )
  })

  it.each([
    'States.Format',
    'States.Format(',
    "States.Format('a)",
    'States.Array(1 2)',
    'States.Array(x)',
    'States.A() ',
  ])('%j is no call', (text) => expect(() => parseCall(text)).toThrow(/at character \d+ of/))
})
