/** The network an address belongs to, as budgets count it: people behind one line, a botnet's rented subnet. */

export interface NetworkBits {
  readonly v4: number;
  readonly v6: number;
}

/** `192.0.2.7` → `192.0.2.0/24`, `2001:db8::7` → `2001:db8:0:0/64`. Undefined for what is no address. */
export function networkOf(address: string, bits: NetworkBits): string | undefined {
  const text = mappedV4(address.trim());
  const octets = octetsOf(text);
  if (octets !== undefined) return `${masked(octets, 8, bits.v4).join('.')}/${bits.v4}`;
  const groups = groupsOf(text);
  if (groups === undefined) return undefined;
  const kept = masked(groups, 16, bits.v6).map((group) => group.toString(16));
  return `${kept.slice(0, Math.max(1, Math.ceil(bits.v6 / 16))).join(':')}/${bits.v6}`;
}

/** RFC 4291 §2.5.5.2: an IPv4 client of a dual-stack socket. */
function mappedV4(text: string): string {
  return text.replace(/^::ffff:(?=\d+\.)/i, '');
}

function octetsOf(text: string): readonly number[] | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const octets = match?.slice(1).map(Number);
  return octets?.every((octet) => octet <= 255) === true ? octets : undefined;
}

/** Eight groups of 16 bits; `::` stands for the missing zeros once. */
function groupsOf(text: string): readonly number[] | undefined {
  const [bare = ''] = text.split('%', 1);
  const [head = [], tail, ...more] = bare.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const groups = tail === undefined ? head : filled(head, tail);
  const good = more.length === 0 && groups.length === 8 && groups.every(isGroup);
  return good ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

function filled(head: readonly string[], tail: readonly string[]): readonly string[] {
  const missing = Math.max(1, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
}

function isGroup(text: string): boolean {
  return /^[0-9a-f]{1,4}$/i.test(text);
}

/** Keeps the first `bits` of parts that are `width` bits wide. */
function masked(parts: readonly number[], width: number, bits: number): readonly number[] {
  return parts.map((part, index) => {
    const kept = Math.min(Math.max(bits - index * width, 0), width);
    return part & (((1 << kept) - 1) << (width - kept));
  });
}
