/** Option values of chaos and bench, as commander reads them: a value or a complaint. */
import { InvalidArgumentError } from 'commander';
import { nearestName } from '../../domain/values/nearest.js';
import { POINT_NAMES, type PointName } from './points.js';

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
}

export function oneOf<T extends string>(names: readonly T[], text: string): T {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, names);
  const hint = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean ${nearest}?`;
  throw new InvalidArgumentError(`${text} is none; ${hint}`);
}

export function pointNames(text: string): PointName[] {
  return text.split(',').map((name) => oneOf(POINT_NAMES, name.trim()));
}
