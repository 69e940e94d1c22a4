/** Notices by e-mail: what is posted to a `mailto:` address goes through the SMTP server of `sending.mail`. */
import type { Secrets, SendOutcome, SendRequest } from '../../app/ports/ports.js';
import { messageOf } from '../../errors.js';

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** tls: from the first byte (465); starttls: asked for, and required; none: for a server on this machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly from: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** SMTP 2yz, as HTTP would say it. */
const ACCEPTED = 202;

/** Fields `subject` and `text` of the body; without them the whole body is the text. */
function messageIn(body: string): { readonly subject: string; readonly text: string } {
  const fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const { subject, text } = fields;
  return {
    subject: typeof subject === 'string' ? subject : 'Dialtrace',
    text: typeof text === 'string' ? text : body,
  };
}

async function passwordOf(
  { username, password }: MailSettings,
  secrets: Secrets,
): Promise<{ readonly auth?: { readonly user: string; readonly pass: string } }> {
  if (username === undefined || password === undefined) return {};
  return { auth: { user: username, pass: (await secrets.get(password)) ?? '' } };
}

/** A refusal and an unreachable server are both tried again later, as with any webhook. The library is loaded here. */
export async function sendMail(
  settings: MailSettings | undefined,
  secrets: Secrets,
  { url, body, timeoutMs }: SendRequest,
): Promise<SendOutcome> {
  if (settings === undefined) return { kind: 'unreachable', why: 'sending.mail is not set' };
  const { host, port, security, from } = settings;
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(await passwordOf(settings, secrets)),
  });
  try {
    const to = decodeURIComponent(new URL(url).pathname);
    const { response } = await transport.sendMail({ from, to, ...messageIn(body) });
    return { kind: 'accepted', status: ACCEPTED, body: response };
  } catch (error) {
    return { kind: 'unreachable', why: messageOf(error) };
  } finally {
    transport.close();
  }
}
