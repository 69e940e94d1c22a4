/** The part of the untyped `sip` package (0.0.6) that is used as an oracle. */
declare module 'sip' {
  interface KirmMessage {
    readonly method?: string;
    readonly uri?: string;
    readonly status?: number;
    readonly headers: {
      readonly via: readonly { readonly params: Readonly<Record<string, string | null>> }[];
      readonly from: { readonly uri: string; readonly params: Readonly<Record<string, string>> };
      readonly cseq: { readonly seq: number; readonly method: string };
      readonly 'call-id': string;
    };
  }
  const sip: { parse(text: string): KirmMessage; stringify(message: KirmMessage): string };
  export = sip;
}
