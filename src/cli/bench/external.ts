import type { Part } from './part.js';
export const external: Part = () => Promise.resolve({});
