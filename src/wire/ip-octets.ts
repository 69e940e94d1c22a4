/** IP literals as bytes, for captures. What is no such literal is all zeros. */
import { Buffer } from 'node:buffer';

export function octets4(address: string): Buffer {
  const parts = address.split('.').map(Number);
  const isAddress = parts.length === 4 && parts.every((part) => part >= 0 && part <= 255);
  return Buffer.from(isAddress ? parts : [0, 0, 0, 0]);
}

/** An IPv4 literal is written as mapped (RFC 4291 §2.5.5.2). */
export function octets6(address: string): Buffer {
  const bytes = Buffer.alloc(16);
  if (!address.includes(':')) {
    bytes.fill(0xff, 10, 12);
    octets4(address).copy(bytes, 12);
    return bytes;
  }
  const [head = [], tail = []] = address.split('::').map((side) => groupsOf(side));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0);
  const groups = [...head, ...zeros, ...tail];
  for (const [index, group] of groups.slice(0, 8).entries()) bytes.writeUInt16BE(group & 0xffff, index * 2);
  return bytes;
}

/** An IPv4 address at the end counts as two groups. */
function groupsOf(side: string): readonly number[] {
  return side
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => {
      if (!group.includes('.')) return [Number.parseInt(group, 16) || 0];
      const bytes = octets4(group);
      return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
    });
}
