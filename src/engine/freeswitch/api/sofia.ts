/** `sofia status [profile <name>]`. drachtio-fsmrf finds the SIP address of the profile in the first form. */
import type { Core } from '../core.js';
import { SIP_USER_AGENT } from '../version.js';
import { words } from './answers.js';

const RULE = `${'='.repeat(97)}\n`;

export function sofia(core: Core, argument: string): string {
  const [command, kind, name] = words(argument);
  if (command !== 'status') return '-USAGE: sofia help\n';
  if (kind === undefined) return statusTable(core);
  return kind === 'profile' && name === core.profile.name ? profileStatus(core) : 'Invalid Profile!\n';
}

function statusTable(core: Core): string {
  const { name } = core.profile;
  const row = (...columns: readonly [string, string, string, string]) =>
    `${columns[0].padStart(25)}\t${columns[1].padStart(7)}\t${columns[2].padStart(42)}\t${columns[3]}\n`;
  return (
    row('Name', 'Type', 'Data', 'State') +
    RULE +
    row(name, 'profile', profileUri(core), `RUNNING (${core.channels.size})`) +
    RULE +
    '1 profile 0 aliases\n'
  );
}

function profileStatus(core: Core): string {
  const { name, address } = core.profile;
  const line = (label: string, value: string) => `${label.padEnd(17)}\t${value}\n`;
  return (
    RULE +
    line('Name', name) +
    line('Domain Name', 'N/A') +
    line('Dialplan', 'XML') +
    line('Context', 'mrf') +
    line('RTP-IP', core.settings.rtp.address) +
    line('SIP-IP', address) +
    line('URL', profileUri(core)) +
    line('BIND-URL', `${profileUri(core)};transport=udp,tcp`) +
    line('USER-AGENT', SIP_USER_AGENT) +
    line('CODECS IN', 'PCMU,PCMA') +
    line('TEL-EVENT', '101') +
    line('DTMF-MODE', 'rfc2833') +
    line('CALLS-IN', String(core.counters.sinceStart)) +
    line('CALLS-OUT', '0')
  );
}

export function profileUri(core: Core): string {
  return `sip:mod_sofia@${core.profile.address}:${core.profile.port}`;
}
