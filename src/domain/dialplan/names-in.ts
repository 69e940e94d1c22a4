/** Every name an expression reads, in order. */
import type { Expression } from './expressions.js';

export function namesIn(expression: Expression): readonly string[] {
  switch (expression.op) {
    case 'literal':
      return [];
    case 'name':
      return [expression.name];
    case 'list':
      return expression.items.flatMap(namesIn);
    case 'not':
      return namesIn(expression.of);
    default:
      return [...namesIn(expression.left), ...namesIn(expression.right)];
  }
}
