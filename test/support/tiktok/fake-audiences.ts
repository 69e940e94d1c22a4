/** Custom audiences of the look-alike (§2): files, matching that takes its time, limits a day. */
import { createHash } from 'node:crypto';
import {
  jsonOf,
  listOf,
  ownAccount,
  pageOf,
  Refused,
  textOf,
  tokenOf,
  type FakeAudience,
  type FakeRequest,
  type FakeRoute,
  type FakeState,
} from './fake-state.js';

const TYPES = ['EMAIL_SHA256', 'PHONE_SHA256', 'MULTIPLE_TYPES'];
const HASH = /^[0-9a-f]{64}$/;
const HEADER = 'phone_SHA256,email_SHA256';

function partsOf({ headers, body }: FakeRequest): Map<string, string> {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Refused(40002, 'Content-Type must be multipart/form-data');
  const parts = body.toString('utf8').split(`--${boundary}`);
  return new Map(
    parts.flatMap((part) => {
      const [, name, text] = /name="([^"]+)"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n([^]*)\r\n$/.exec(part) ?? [];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}

function checkLines(type: string, text: string): readonly string[] {
  const lines = text.trimEnd().split('\n');
  if (type !== 'MULTIPLE_TYPES') {
    if (!lines.every((line) => HASH.test(line))) throw new Refused(40002, 'the file holds no SHA-256 hashes');
    return lines;
  }
  if (lines[0] !== HEADER) throw new Refused(40002, 'the file has no header');
  if (!lines.slice(1).every((line) => /^([0-9a-f]{64})?,([0-9a-f]{64})?$/.test(line)))
    throw new Refused(40002, 'the file holds no SHA-256 hashes');
  return lines.slice(1);
}

function upload(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const parts = Object.fromEntries(partsOf(request));
  const account = ownAccount(state, textOf(parts, 'advertiser_id'));
  const type = textOf(parts, 'calculate_type');
  if (!TYPES.includes(type)) throw new Refused(40002, 'calculate_type: Not a valid choice.');
  const text = textOf(parts, 'file');
  if (createHash('md5').update(text).digest('hex') !== textOf(parts, 'file_signature'))
    throw new Refused(40002, 'file_signature does not match');
  const path = `files/${state.id()}`;
  state.files.set(path, { account, type, lines: checkLines(type, text) });
  return { file_path: path };
}

function linesOf(state: FakeState, account: string, paths: unknown): readonly string[] {
  if (!Array.isArray(paths) || paths.length === 0) throw new Refused(40002, 'file_paths: Missing data.');
  return paths.flatMap((path) => {
    const file = state.files.get(String(path));
    if (file?.account !== account) throw new Refused(40002, `${String(path)} is no file of this advertiser`);
    return file.lines;
  });
}

function create(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const body = jsonOf(request);
  const account = ownAccount(state, textOf(body, 'advertiser_id'));
  const name = textOf(body, 'custom_audience_name');
  if (name.length > 128) throw new Refused(40002, 'custom_audience_name: Longer than maximum length 128.');
  textOf(body, 'calculate_type');
  const audience: FakeAudience = {
    ...{ id: state.id(), account, name, isValid: false, history: [] },
    lines: new Set(linesOf(state, account, body['file_paths'])),
  };
  state.audiences.push(audience);
  return { custom_audience_id: audience.id };
}

function audienceOf(state: FakeState, account: string, id: string): FakeAudience {
  const found = state.audiences.find((one) => one.id === id && one.account === account);
  if (found === undefined) throw new Refused(40002, `custom_audience_id ${id} does not exist`);
  return found;
}

function update(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const body = jsonOf(request);
  const account = ownAccount(state, textOf(body, 'advertiser_id'));
  const audience = audienceOf(state, account, textOf(body, 'custom_audience_id'));
  const action = typeof body['action'] === 'string' ? body['action'] : 'REPLACE';
  if (!['APPEND', 'REMOVE', 'REPLACE'].includes(action))
    throw new Refused(40002, 'action: Not a valid choice.');
  if (!audience.isValid) throw new Refused(40002, 'The audience is not valid.');
  const lines = linesOf(state, account, body['file_paths']);
  if (action === 'REPLACE') audience.lines.clear();
  for (const line of lines)
    if (action === 'REMOVE') audience.lines.delete(line);
    else audience.lines.add(line);
  audience.history.push({ action, at: new Date() });
  return {};
}

const timeText = (at: Date) => at.toISOString().replace('T', ' ').slice(0, 19);

function get(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const account = ownAccount(state, textOf(request.query, 'advertiser_id'));
  const ids = listOf(request.query['custom_audience_ids'], 'custom_audience_ids');
  const found = state.audiences.filter((one) => ids.includes(one.id) && one.account === account);
  return {
    list: found.map(({ id, name, isValid, coverNum, history }) => ({
      audience_details: {
        ...{ audience_id: id, name, is_valid: isValid, is_expiring: false, error_msg: '' },
        ...(coverNum !== undefined && { cover_num: coverNum }),
      },
      audience_history: history.map(({ action, at }) => ({
        ...{ action: `upload - ${action.toLowerCase()}`, editor: 'open_api', opt_time: timeText(at) },
      })),
    })),
  };
}

function list(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const account = ownAccount(state, textOf(request.query, 'advertiser_id'));
  const { items, page_info } = pageOf(
    state.audiences.filter((one) => one.account === account),
    request.query,
  );
  return { list: items.map(({ id, name }) => ({ audience_id: id, name })), page_info };
}

const ROOM = '/dmp/custom_audience';
export const audienceRoutes: Readonly<Record<string, FakeRoute>> = {
  [`POST ${ROOM}/file/upload/`]: upload,
  [`POST ${ROOM}/create/`]: create,
  [`POST ${ROOM}/update/`]: update,
  [`GET ${ROOM}/get/`]: get,
  [`GET ${ROOM}/list/`]: list,
};
