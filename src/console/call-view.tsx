/** One call: the whisper, the recording, the legs, the timeline. */
import { Alert, Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { AnnotationSection } from './annotation.js';
import { api, ladderUrl } from './api.js';
import type { CallDetail } from './records.js';
import { addressOf } from './choice.js';
import { CrmCard } from './crm-card.js';
import { Legs } from './legs.js';
import { Fact, Facts, Loaded, Section, Sheet } from './parts.js';
import { Player } from './player.js';
import { SPOKEN_BOX, SpokenTime } from './spoken-time.js';
import { EventTimeline } from './timeline.js';
import { VisitorSection } from './visitor.js';
import { dateAndClock, duration, plain } from './words.js';

function Recorded({ call }: { call: CallDetail }) {
  const recording = call.recordings.filter(({ box }) => box !== SPOKEN_BOX).at(-1);
  if (recording === undefined) return null;
  if (recording.state === 'ready')
    return <Player callId={call.call_id} roles={recording.channel_roles} heard="recording" />;
  return (
    <Alert color={recording.state === 'failed' ? 'red' : 'cyan'} title={`Recording: ${recording.state}`}>
      {recording.failure ?? 'It can be heard when the talk is over and the file was checked.'}
    </Alert>
  );
}

function Whisper({ text }: { text: string }) {
  return (
    <figure className="whisper">
      <blockquote>{text}</blockquote>
      <figcaption>whispered to the operator only</figcaption>
    </figure>
  );
}

export function CallView({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['call', id], queryFn: () => api.call(id) });
  return (
    <Loaded query={query}>
      {(call) => (
        <Sheet title={call.client_number ?? 'Unknown number'} status={call.disposition ?? call.state}>
          <Facts>
            <Fact name="direction">{plain(call.direction)}</Fact>
            <Fact name="operator">{call.operator ?? '—'}</Fact>
            <Fact name="started">{dateAndClock(call.started_at)}</Fact>
            <Fact name="talk">{duration(call.talk_seconds)}</Fact>
            {call.lead_id !== null && (
              <Fact name="lead">
                <Anchor href={addressOf({ tab: 'leads', id: call.lead_id })}>Open the lead</Anchor>
              </Fact>
            )}
          </Facts>
          <CrmCard call={call} />
          {call.whisper_text !== null && <Whisper text={call.whisper_text} />}
          <Recorded call={call} />
          <SpokenTime call={call} />
          <VisitorSection kind="calls" id={id} confidence={call.attribution['confidence']} />
          <AnnotationSection call={call} />
          <Section title="Legs">
            <Legs call={call} />
            <Group gap="xs" mt={6}>
              <Anchor size="sm" href={ladderUrl(id)} target="_blank">
                SIP ladder
              </Anchor>
            </Group>
          </Section>
          <Section title="Timeline">
            <EventTimeline events={call.timeline} />
          </Section>
        </Sheet>
      )}
    </Loaded>
  );
}
