/** The part of drachtio-srf that the contract tests use; its own types are loose and partly wrong. */

export interface SrfRequest {
  on(event: 'cancel', action: () => void): void;
  cancel(): void;
}

export interface SrfResponse {
  send(status: number, reason?: string | object): void;
}

export interface SrfDialog {
  readonly remote: { readonly sdp: string };
  on(event: 'destroy' | 'modify', action: () => void): void;
  modify(sdp: string): Promise<string>;
  destroy(): Promise<unknown>;
}

/** What proxyRequest resolves with. */
export interface ProxyResult {
  readonly connected: boolean;
  readonly finalStatus?: number;
  /** One entry a destination. */
  readonly responses: readonly { readonly msgs: readonly { readonly status: number }[] }[];
}

export interface SrfApp {
  connect(options: object): void;
  disconnect(): void;
  on(event: 'connect', action: (error: Error | null) => void): void;
  on(event: 'error', action: (error: Error) => void): void;
  invite(handler: (req: SrfRequest, res: SrfResponse) => void): void;
  options(handler: (req: SrfRequest, res: SrfResponse) => void): void;
  /** Rejects with the text of the server. */
  proxyRequest(req: SrfRequest, destination: string | string[], options: object): Promise<ProxyResult>;
  createUAS(req: SrfRequest, res: SrfResponse, options: object): Promise<SrfDialog>;
  createUAC(uri: string, options: object, callbacks?: object): Promise<SrfDialog>;
  createB2BUA(
    req: SrfRequest,
    res: SrfResponse,
    uri: string,
    options?: object,
  ): Promise<{ uas: SrfDialog; uac: SrfDialog }>;
}

/** Rejects when the secret is refused. */
export function connectSrf(app: SrfApp, options: object): Promise<SrfApp> {
  return new Promise((resolve, reject) => {
    app.on('error', () => undefined);
    app.on('connect', (error) => {
      if (error) reject(error);
      else resolve(app);
    });
    app.connect(options);
  });
}
