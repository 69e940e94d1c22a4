/**
 * The codes of mistakes that keep a plan from being loaded, with what each means. SARIF takes its rules from it, the
 * manual lists it. What is only advice is in advice/advice-rules.ts.
 */
export const LINT_RULES = {
  'key-unknown': 'A key that this place does not have.',
  'value-invalid': 'A value of the wrong kind, out of its range, or missing.',
  'verb-missing': 'A step without `do:`.',
  'verb-unknown': 'A verb that does not exist.',
  'step-unknown': 'A step that does not exist is named as the next one, or as the first.',
  'step-unreachable': 'No way leads to this step.',
  'plan-unknown': 'A dialplan that does not exist is named.',
  'parameter-unknown': 'A sub-plan or template is given, or uses, a parameter that it does not have.',
  'parameter-missing': 'A sub-plan or template is not given a parameter that it has.',
  'template-unknown': 'A template that does not exist is used.',
  'reference-unknown': 'A group, opening hours, trunk, webhook or operator that does not exist.',
  'plan-too-long': 'A plan of more than 500 steps.',
  'set-too-long': 'A set whose plans have more than 20 000 steps in all.',
  'name-twice': 'Two files have the same `name`.',
  'outcome-unhandled': 'An outcome that must be handled has no step.',
  'outcome-twice': '`next` and `on` name a step for the same outcome.',
  'leg-unknown': 'A leg that no step makes.',
  'name-unknown': 'A fact that does not exist, or a variable that no step sets.',
  'type-mismatch': 'A text is compared with a number.',
  'expression-invalid': 'An expression that cannot be read.',
} as const satisfies Readonly<Record<string, string>>;
