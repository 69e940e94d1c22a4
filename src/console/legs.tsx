/** The legs of a call as bars on one time axis: light while ringing, full while connected, marked where both talk. */
import { Badge, Text } from '@mantine/core';
import type { CallDetail, Heard, Leg } from './records.js';
import { duration, plain, secondsBetween, STATUS_COLOURS } from './words.js';

interface Axis {
  from: string;
  seconds: number;
}

const ROLE_COLOURS: Record<string, string> = { operator: 'cyan', client: 'grape', caller: 'cyan' };
export const roleColour = (role: string): string => ROLE_COLOURS[role] ?? 'indigo';

function axisOf(call: CallDetail): Axis {
  const times = call.legs.flatMap((leg) => [
    leg.invited_at,
    leg.answered_at ?? leg.invited_at,
    leg.ended_at ?? '',
  ]);
  const known = times.filter((time) => time !== '').sort();
  const from = known[0] ?? call.started_at;
  const open = call.ended_at === null ? [new Date().toISOString()] : [];
  const to = [...known, ...open].sort().at(-1) ?? from;
  return { from, seconds: Math.max(secondsBetween(from, to), 0.1) };
}

function Bar({
  axis,
  from,
  to,
  className,
}: {
  axis: Axis;
  from: string;
  to: string | null;
  className: string;
}) {
  const left = (secondsBetween(axis.from, from) / axis.seconds) * 100;
  const end = to === null ? 100 : (secondsBetween(axis.from, to) / axis.seconds) * 100;
  return <span className={className} style={{ left: `${left}%`, width: `${Math.max(end - left, 0.4)}%` }} />;
}

function legWords({ invited_at, answered_at, ended_at }: Leg): string {
  const rang = answered_at ?? ended_at;
  const parts = [
    rang === null ? 'ringing' : `rang ${duration(secondsBetween(invited_at, rang))}`,
    answered_at === null || ended_at === null
      ? ''
      : `connected ${duration(secondsBetween(answered_at, ended_at))}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Below this people ask each other to repeat (ITU-T G.107, annex B: many users dissatisfied). */
const POOR_MOS = 3.6;

function Quality({ quality }: { quality: NonNullable<Leg['quality']> }) {
  const { far_end, round_trip_ms } = quality;
  return (
    <>
      <HeardLine heard={quality} title="how this party was heard" prefix="" />
      {far_end !== null && <HeardLine heard={far_end} title="how this party heard us" prefix="heard us: " />}
      {round_trip_ms !== null && (
        <Text size="xs" span c="dimmed" title="from us to this party and back">
          {Math.round(round_trip_ms)} ms round trip
        </Text>
      )}
    </>
  );
}

function HeardLine({ heard, title, prefix }: { heard: Heard; title: string; prefix: string }) {
  const { mos, loss_percent, jitter_ms } = heard;
  return (
    <Text size="xs" span c={mos < POOR_MOS ? 'orange' : 'dimmed'} title={title}>
      {prefix}MOS {mos.toFixed(1)} · {loss_percent} % lost · jitter {Math.round(jitter_ms)} ms
    </Text>
  );
}

function LegRow({ leg, axis }: { leg: Leg; axis: Axis }) {
  const colour = STATUS_COLOURS[leg.disposition ?? ''] ?? 'cyan';
  return (
    <li style={{ '--leg': `var(--mantine-color-${roleColour(leg.role)}-filled)` } as React.CSSProperties}>
      <div className="leg-head">
        <Text fw={600} span>
          {leg.role}
        </Text>
        <Text c="dimmed" size="sm" span>
          {leg.party} · {legWords(leg)}
        </Text>
        {leg.quality !== null && <Quality quality={leg.quality} />}
        <Badge variant="light" color={colour} ml="auto">
          {plain(leg.disposition ?? leg.state)}
          {leg.sip_status === null ? '' : ` ${leg.sip_status}`}
        </Badge>
      </div>
      <div className="leg-track" aria-hidden="true">
        <Bar axis={axis} from={leg.invited_at} to={leg.answered_at ?? leg.ended_at} className="leg-ringing" />
        {leg.answered_at !== null && (
          <Bar axis={axis} from={leg.answered_at} to={leg.ended_at} className="leg-connected" />
        )}
      </div>
    </li>
  );
}

export function Legs({ call }: { call: CallDetail }) {
  if (call.legs.length === 0) return <Text c="dimmed">Nobody was called yet.</Text>;
  const axis = axisOf(call);
  return (
    <ul className="legs" aria-label="Legs">
      {call.legs.map((leg) => (
        <LegRow key={leg.leg_id} leg={leg} axis={axis} />
      ))}
      <li className="legs-axis" aria-hidden="true">
        <span>0 s</span>
        <span>{duration(axis.seconds)}</span>
      </li>
    </ul>
  );
}
