/**
 * FreeSWITCH inbound XML: extensions with one condition on `destination_number` that names numbers, and the actions
 * answer, sleep, playback, bridge to a gateway, respond, hangup. Everything else is listed.
 */
import {
  e164Of,
  planName,
  type Imported,
  type ImportedAction,
  type ImportedPlan,
  type LeftOut,
} from './imported.js';

interface Tag {
  readonly name: string;
  readonly kind: 'opens' | 'closes' | 'whole';
  readonly attributes: Readonly<Record<string, string>>;
  readonly line: number;
  readonly text: string;
}

function* tagsOf(xml: string): Generator<Tag> {
  const bare = xml.replaceAll(/<!--.*?-->/gs, (comment) => comment.replaceAll(/[^\n]/g, ' '));
  for (const match of bare.matchAll(/<(\/?)([\w-]+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>/g)) {
    const [text, close, name = '', attributes = '', whole] = match;
    yield {
      name,
      kind: close === '/' ? 'closes' : whole === '/' ? 'whole' : 'opens',
      attributes: Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
          key,
          unescaped(value),
        ]),
      ),
      line: bare.slice(0, match.index).split('\n').length,
      text,
    };
  }
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

interface Open {
  readonly name: string;
  numbers: readonly string[];
  readonly actions: ImportedAction[];
}

export function fromFreeswitch(xml: string): Imported {
  const plans: ImportedPlan[] = [];
  const left: LeftOut[] = [];
  let open: Open | undefined;
  for (const tag of tagsOf(xml)) {
    const leave = (why: string): void => void left.push({ line: tag.line, text: tag.text, why });
    if (tag.name === 'extension') {
      if (open !== undefined && open.numbers.length > 0) plans.push({ ...open, name: planName(open.name) });
      open =
        tag.kind === 'opens'
          ? { name: tag.attributes['name'] ?? 'extension', numbers: [], actions: [] }
          : undefined;
    } else if (tag.kind !== 'closes' && open !== undefined) takeInside(open, tag, leave);
    else if (tag.name === 'X-PRE-PROCESS') leave('other files are not read; import them too');
  }
  return { plans, left };
}

function takeInside(open: Open, tag: Tag, leave: (why: string) => void): void {
  if (tag.name === 'condition') {
    const numbers = numbersOf(tag);
    if (numbers === undefined || open.numbers.length > 0)
      leave('only one condition, on destination_number with plain numbers, is translated');
    else open.numbers = numbers;
  } else if (tag.name === 'action') {
    const action = actionOf(tag.attributes['application'] ?? '', tag.attributes['data'] ?? '');
    if (open.numbers.length === 0) leave('it stands under a condition that is not translated');
    else if (action === undefined)
      leave(`the application ${tag.attributes['application'] ?? ''} with this data is not translated`);
    else open.actions.push(action);
  } else leave(`<${tag.name}> is not translated`);
}

/** `^(\+?4930123456)$`, `^4930123456|4930123457$`. */
function numbersOf({ attributes }: Tag): readonly string[] | undefined {
  if (attributes['field'] !== 'destination_number') return undefined;
  const plain = (attributes['expression'] ?? '').replaceAll(/[\^$()]|\?:|\\?\+\??/g, '');
  const numbers = plain.split('|').map(e164Of);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

function actionOf(application: string, data: string): ImportedAction | undefined {
  switch (application) {
    case 'answer':
    case 'hangup':
      return { do: application };
    case 'sleep':
      return Number(data) > 0 ? { do: 'wait', seconds: Number(data) / 1000 } : undefined;
    case 'playback':
      return data.startsWith('/') ? { do: 'play', file: data } : undefined;
    case 'respond':
      return /^[4-6]\d\d/.test(data) ? { do: 'reject', sipStatus: Number(data.slice(0, 3)) } : undefined;
    case 'bridge':
      return bridgeOf(data);
    default:
      return undefined;
  }
}

function bridgeOf(data: string): ImportedAction | undefined {
  const [, options = '', trunk = '', dialled = ''] =
    /^(?:[[{]([^\]}]*)[\]}])?sofia\/gateway\/([\w-]+)\/(\+?\d+)$/.exec(data) ?? [];
  const number = e164Of(dialled);
  const seconds = /(?:leg|call)_timeout=(\d+)/.exec(options)?.[1];
  if (number === undefined) return undefined;
  return { do: 'dial', number, trunk, ...(seconds === undefined ? {} : { seconds: Number(seconds) }) };
}
