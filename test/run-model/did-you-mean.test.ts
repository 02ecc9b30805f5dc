import { describe, expect, it } from 'vitest'
import { didYouMean } from '../../run-model/index.ts'

describe('did you mean', () => {
  it.each([
    ['extrat', ['load', 'extract'], 'extract'],
    ['EXTRACT', ['extract'], 'extract'],
    ['orders_dayli', ['orders_daily', 'orders_weekly'], 'orders_daily'],
    ['laod', ['load', 'loud'], 'load'],
    ['ab', ['ac'], 'ac'],
  ])('finds the name that %s is a slip of', (typed, known, meant) => {
    expect(didYouMean(typed, known)).toBe(meant)
  })

  it.each([
    ['transform', ['load', 'extract']],
    ['ab', ['xy']],
    ['x', ['y']],
    ['load', []],
  ])('guesses nothing for %s when no name is near', (typed, known) => {
    expect(didYouMean(typed, known)).toBeNull()
  })
})
