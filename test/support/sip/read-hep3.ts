/** Decodes HEP3 as a collector does, from the specification alone: chunk by chunk. */
export interface Hep {
  readonly family: number;
  readonly protocol: number;
  /** `address:port`. */
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly kind: number;
  readonly agent: number;
  readonly password: string | undefined;
  readonly correlation: string | undefined;
  readonly payload: string;
}

/** One packet at the beginning of `bytes`. Throws what a collector would refuse. */
export function readHep3(bytes: Buffer): Hep {
  if (bytes.toString('latin1', 0, 4) !== 'HEP3') throw new Error('no HEP3');
  const end = bytes.readUInt16BE(4);
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < end;) {
    const length = bytes.readUInt16BE(at + 4);
    if (bytes.readUInt16BE(at) !== 0 || length < 6 || at + length > end) throw new Error('broken chunk');
    chunks.set(bytes.readUInt16BE(at + 2), bytes.subarray(at + 6, at + length));
    at += length;
  }
  const get = (type: number) => chunks.get(type) ?? Buffer.alloc(0);
  const text = (type: number) => chunks.get(type)?.toString();
  const end4 = (address: number, six: number, port: number) =>
    `${chunks.has(address) ? [...get(address)].join('.') : sixText(get(six))}:${get(port).readUInt16BE(0)}`;
  return {
    family: get(1).readUInt8(0),
    protocol: get(2).readUInt8(0),
    from: end4(3, 5, 7),
    to: end4(4, 6, 8),
    at: get(9).readUInt32BE(0) * 1000 + get(10).readUInt32BE(0) / 1000,
    kind: get(11).readUInt8(0),
    agent: get(12).readUInt32BE(0),
    password: text(14),
    correlation: text(17),
    payload: text(15) ?? '',
  };
}

/** Short enough to compare: the longest run of zero groups is left out. */
function sixText(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return groups
    .join(':')
    .replace(/\b0(?::0)+\b/, '')
    .replace(/:{2,}/, '::');
}
