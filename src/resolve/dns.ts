/** What the resolver asks of DNS. node-dns.ts answers for real, tests with tables. No answer is ever an exception. */

export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export type DnsAnswer<R> =
  | { readonly kind: 'records'; readonly records: readonly R[]; readonly ttlSeconds: number }
  /** The name does not exist, or has no record of this type. */
  | { readonly kind: 'none' }
  | { readonly kind: 'failed'; readonly why: string };

export interface DnsTypes {
  readonly NAPTR: NaptrRecord;
  readonly SRV: SrvRecord;
  /** IP literals. */
  readonly A: string;
  readonly AAAA: string;
}

export interface Dns {
  query<T extends keyof DnsTypes>(type: T, name: string): Promise<DnsAnswer<DnsTypes[T]>>;
}
