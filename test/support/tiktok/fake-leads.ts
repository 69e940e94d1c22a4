/** Instant forms, exports and test leads of the look-alike (§1.4–1.6). */
import {
  jsonOf,
  ownAccount,
  pageOf,
  Refused,
  textOf,
  tokenOf,
  type FakeForm,
  type FakeRequest,
  type FakeRoute,
  type FakeState,
} from './fake-state.js';

function formOf(state: FakeState, fields: Readonly<Record<string, unknown>>): FakeForm {
  const account = ownAccount(state, textOf(fields, 'advertiser_id'));
  const id = textOf(fields, 'page_id');
  const form = state.forms.find((one) => one.page_id === id && one.advertiser_id === account);
  if (form === undefined) throw new Refused(40002, `page_id ${id} does not exist`);
  return form;
}

function forms(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const account = ownAccount(state, textOf(request.query, 'advertiser_id'));
  const size = Number(request.query['page_size'] ?? 10);
  if (size > 100) throw new Refused(40002, 'page_size: Must be between 1 and 100.');
  const { items, page_info } = pageOf(
    state.forms.filter((one) => one.advertiser_id === account),
    request.query,
  );
  return {
    list: items.map(({ page_id, title, status, transfer_status }) => ({
      ...{ page_id, title, status, transfer_status },
      create_time: '2026-01-01 00:00:00',
      update_time: '2026-01-01 00:00:00',
    })),
    page_info,
  };
}

function fields(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const form = formOf(state, request.query);
  return { fields: form.fields, meta_data: { page_id: form.page_id, page_name: form.title } };
}

const regionOf = ({ headers }: FakeRequest): string => String(headers['x-lead-region'] ?? 'world');

function task(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const body = jsonOf(request);
  const form = formOf(state, body);
  if (body['task_id'] === undefined) {
    const id = state.id();
    state.tasks.set(id, { page_id: form.page_id, region: regionOf(request), looks: 1 });
    return { task_id: id, status: 'CREATED' };
  }
  const id = textOf(body, 'task_id');
  const known = state.tasks.get(id);
  if (known?.page_id !== form.page_id) throw new Refused(40002, `task_id ${id} does not exist`);
  known.looks -= 1;
  if (known.looks > 0) return { task_id: id, status: 'RUNNING' };
  return { task_id: id, status: 'SUCCEED', file_name: 'leads', file_type: 'csv' };
}

function download(state: FakeState, request: FakeRequest): Buffer {
  tokenOf(state, request);
  ownAccount(state, textOf(request.query, 'advertiser_id'));
  const known = state.tasks.get(textOf(request.query, 'task_id'));
  const form = state.forms.find((one) => one.page_id === known?.page_id);
  if (known === undefined || form === undefined) throw new Refused(40002, 'the file has expired');
  return Buffer.from(form.files.get(known.region) ?? 'Lead ID,Name\n');
}

function mockAnswer(form: FakeForm, lead: string): object {
  return {
    lead_data: Object.fromEntries(form.fields.map((field) => [field, `test ${field}`])),
    meta_data: {
      ...{ lead_source: 'INSTANT_FORM', lead_id: lead, page_id: form.page_id },
      ...{ campaign_name: 'test campaign', ad_id: 0, create_time: '2026-01-01 00:00:00' },
    },
  };
}

function createMock(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const form = formOf(state, jsonOf(request));
  if (form.mock !== undefined) throw new Refused(40002, 'A test lead exists for this form.');
  form.mock = state.id();
  state.pushTestLead?.({ id: form.mock, page_id: form.page_id });
  return mockAnswer(form, form.mock);
}

function getMock(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const form = formOf(state, request.query);
  if (form.mock === undefined) throw new Refused(40002, 'There is no test lead of this form.');
  return mockAnswer(form, form.mock);
}

function deleteMock(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const body = jsonOf(request);
  ownAccount(state, textOf(body, 'advertiser_id'));
  const form = state.forms.find((one) => one.mock === textOf(body, 'lead_id'));
  if (form === undefined) throw new Refused(40002, 'There is no such test lead.');
  delete form.mock;
  return {};
}

export const leadRoutes: Readonly<Record<string, FakeRoute>> = {
  'GET /page/get/': forms,
  'GET /page/field/get/': fields,
  'POST /page/lead/task/': task,
  'GET /page/lead/task/download/': download,
  'POST /page/lead/mock/create/': createMock,
  'GET /page/lead/mock/get/': getMock,
  'POST /page/lead/mock/delete/': deleteMock,
};
