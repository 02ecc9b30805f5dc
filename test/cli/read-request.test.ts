import { describe, expect, it } from 'vitest'
import { readConf, readLogicalDate } from '../../cli/run/read-request.ts'

describe('conf', () => {
  it('is a JSON object', () => {
    expect(readConf('{"lines": 3, "nested": {"list": [1]}}')).toEqual({ lines: 3, nested: { list: [1] } })
  })

  it.each([
    ['null', 'null'],
    ['3', 'a number'],
    ['"text"', 'a string'],
    ['[]', 'a list'],
  ])('%s is refused as %s', (text, found) => {
    expect(() => readConf(text)).toThrow(`--conf is ${found}, not a JSON object`)
  })

  it.each([
    ['', 'it is empty (character 1)'],
    ['{"a": }', '(character 7)'],
    ['{"a": 1,}', '(character 9)'],
    ['{"a": 1', '(character 8)'],
    ['[1, 2, maybe]', "unexpected token 'm' (character 8)"],
    ['hello', "unexpected token 'h' (character 1)"],
    ['[1, ', 'it ends too early (character 5)'],
  ])('%j says where reading stopped', (text, place) => {
    expect(() => readConf(text)).toThrow(place)
  })
})

describe('the logical date', () => {
  it.each([
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T02:30Z', '2026-03-01T02:30:00.000Z'],
    ['2026-03-01T02:30:15.5+01:00', '2026-03-01T01:30:15.500Z'],
  ])('%s is %s', (text, instant) => {
    expect(readLogicalDate(text)).toBe(instant)
  })

  it.each(['2026-02-29', '2026-13-01', '2026-03-01T25:00Z', 'tomorrow', '2026-03-01T02:30'])(
    '%s is refused',
    (text) => {
      expect(() => readLogicalDate(text)).toThrow(`--logical-date ${text} is not a date`)
    },
  )
})
