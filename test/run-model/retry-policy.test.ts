import { expect, test } from 'vitest'
import { matchRetryRule, type RetryPolicyRule } from '../../run-model/index.ts'

const rule = (error: string): RetryPolicyRule => ({ error, action: 'retry', delay: null })
const matched = (errors: readonly string[], names: readonly string[], message = '') =>
  matchRetryRule(errors.map(rule), { names, message })?.error ?? null

test('the first rule that matches decides', () => {
  expect(matched(['B', 'A', 'A*'], ['A'])).toBe('A')
  expect(matched(['A*', 'A'], ['A'])).toBe('A*')
  expect(matched([], ['A'])).toBeNull()
})

test('a plain name is the whole name of the class, never a part of it', () => {
  expect(matched(['Connection'], ['ConnectionError'])).toBeNull()
  expect(matched(['ConnectionError'], ['ConnectionError'])).toBe('ConnectionError')
})

test('a module before the class, as Python and Lambda write it, does not count', () => {
  expect(matched(['ConnectionError'], ['requests.exceptions.ConnectionError'])).toBe('ConnectionError')
  expect(matched(['requests.exceptions.ConnectionError'], ['requests.exceptions.ConnectionError'])).not.toBeNull()
  expect(matched(['ExitError'], ['Runtime.ExitError'])).toBe('ExitError')
})

test('any of the names an error goes by will do', () => {
  expect(matched(['RateLimited'], ['Error', 'RateLimited'])).toBe('RateLimited')
})

test('a pattern is compared with the name, the message, and both', () => {
  expect(matched(['Rate*'], ['RateLimited'])).toBe('Rate*')
  expect(matched(['*code 429*'], ['Error'], 'status code 429, later')).toBe('*code 429*')
  expect(matched(['HttpError: *429*'], ['HttpError'], 'code 429')).toBe('HttpError: *429*')
  expect(matched(['*429'], ['Error'], 'code 429, later')).toBeNull()
})

test('everything but the star is meant as it is written', () => {
  expect(matched(['a.c*'], ['abc'])).toBeNull()
  expect(matched(['*(x|y)*'], ['Error'], 'got (x|y) there')).toBe('*(x|y)*')
  expect(matched(['*'], ['Error'], 'two\nlines')).toBe('*')
})
