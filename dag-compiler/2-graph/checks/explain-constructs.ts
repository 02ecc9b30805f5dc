/** Mistakes of the authoring API with deciders, mappings and teardowns → what is wrong and what to write, by `reason`. */
import type { Mistake } from '../../1-define/dag-definition.ts'

interface Explained {
  readonly what: string
  readonly fix: string
}

export function explainDecider(task: string, { reason, construct, side, branch }: Mistake['detail']): Explained {
  switch (reason) {
    case 'no-then':
      return { what: 'is the condition of an if without then', fix: 'name what runs: dag.if(…).then(task)' }
    case 'no-case':
      return { what: 'is the decider of a switch without cases', fix: 'name them: dag.switch(…).case(a).case(b)' }
    case 'side-twice':
      return {
        what: `has ${side} twice in its if, the second time with ${branch}`,
        fix: `put both tasks in a group, and name the group: .${side}(group)`,
      }
    case 'case-twice':
      return { what: `has the case ${branch} twice in its switch`, fix: `remove one .case(${branch})` }
    default:
      return {
        what: `is a group, and ${construct} takes a task`,
        fix: `let one task of ${task} decide, and give what calling it returned`,
      }
  }
}

export function explainMapping(task: string, { reason, argument, given }: Mistake['detail']): Explained {
  switch (reason) {
    case 'nothing':
      return {
        what: `${task} is expanded over nothing`,
        fix: `name at least one array: ${task}.expand({ argument: array })`,
      }
    case 'fixed':
      return {
        what: `${argument} of ${task} is both fixed by partial and expanded`,
        fix: 'give it in one of the two',
      }
    case 'not-a-list':
      return {
        what: `${argument} of ${task} is ${given}, not an array`,
        fix: 'expand over an array or a reference to one; give what is the same for all with partial',
      }
    case 'kwargs':
      return {
        what: `expandKwargs of ${task} has the element ${given}, not an object of inputs`,
        fix: `list objects: ${task}.expandKwargs([{ argument: value }])`,
      }
    case 'group-twice':
      return {
        what: `${task} is expanded twice`,
        fix: `expand ${task} once, over all its arrays: ${task}.expand({ a, b })`,
      }
    default:
      return {
        what: `${task} is expanded over ${given}, not over an object of arrays`,
        fix: `write ${task}.expand({ argument: array })`,
      }
  }
}

export function explainTeardown({ reason, rule, setup }: Mistake['detail']): Explained {
  if (reason === 'rule') {
    return {
      what: `is a teardown and has the rule ${rule}`,
      fix: 'remove triggerRule: a teardown has a rule of its own',
    }
  }
  return {
    what: `names the group ${setup} as its setup`,
    fix: 'name the tasks that set up, for instance setups: [create]',
  }
}
