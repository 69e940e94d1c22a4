import { describe, expect, it } from 'vitest';
import { goesOn } from '../../../src/domain/calls/talk-parties.js';

describe('a talk goes on', () => {
  const three = ['operator', 'client', 'supervisor'] as const;

  it('while two are left and one of them is from outside', () => {
    expect(goesOn(['client', 'supervisor'], three)).toBe(true);
    expect(goesOn(['operator', 'client'], three)).toBe(true);
    expect(goesOn(['operator', 'supervisor'], three)).toBe(false);
    expect(goesOn(['client'], three)).toBe(false);
    expect(goesOn([], three)).toBe(false);
  });

  it('between colleagues while two are left', () => {
    const colleagues = ['operator', 'consult', 'supervisor'] as const;
    expect(goesOn(['consult', 'supervisor'], colleagues)).toBe(true);
    expect(goesOn(['consult'], colleagues)).toBe(false);
  });
});
