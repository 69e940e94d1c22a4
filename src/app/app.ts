/**
 * The application as http, cli and main see it: every use case bound to its ports. `createApp` keeps no state but the
 * calls it owns and the telephony set in force; everything else is in the store.
 */
import { drainCalls, type DrainOptions, type DrainReport } from './calls/orders/drain-calls.js';
import type { CallRecord } from '../domain/calls/call.js';
import type { Project } from '../domain/attribution/project.js';
import type { Connection, ConnectionKind, Form, LeadDraft } from '../domain/leads/lead.js';
import type { CallId, ConnectionId, E164, EventId, FormId, LeadId } from '../domain/values/ids.js';
import type { SetVersion } from '../domain/routing/set-versions.js';
import { messageOf } from '../errors.js';
import { annotateCall, type CallAnnotation } from './calls/orders/annotate-call.js';
import { CallRegistry, type LiveCall } from './calls/call-registry.js';
import { clickToCall, type ClickToCall, type StartedCall } from './calls/begin/click-to-call.js';
import { withContacts } from './calls/routing/live-devices.js';
import { recordPrompt, type PromptRecording, type RecordAnswer } from './prompts/record-prompt.js';
import { commandCall, type CallCommand, type CommandOutcome } from './calls/orders/command-call.js';
import {
  superviseCall,
  type SupervisionOutcome,
  type SupervisionRequest,
} from './calls/orders/supervise-call.js';
import type { RouteDecision, RouteRequest } from '../domain/routing/choose-route.js';
import { explainRoute } from './calls/routing/explain-route.js';
import type { Rejection } from '../domain/signalling/signalling.js';
import type { AuditedNumber } from '../domain/numbers/audited-number.js';
import { AuditDesk, auditNumbers, type AuditRequest } from './numbers/audit-numbers.js';
import { auditOwnNumbers, type AuditTotals } from './numbers/nightly-audit.js';
import { RejectionRing } from './signalling/rejection-ring.js';
import { TraceBook } from './signalling/trace-book.js';
import { StandbyDesk } from './calls/begin/standby-desk.js';
import { receiveCall } from './calls/begin/receive-call.js';
import { resendDelivery } from './destinations/resend-delivery.js';
import {
  testDestination,
  type DestinationTest,
  type TestedDestination,
} from './destinations/test-destination.js';
import type { Delivery } from './ports/delivery-store.js';
import { takeDeal, takeDeals, type DealImport, type TakenDeal } from './deals/take-deal.js';
import type { DealReport } from '../domain/deals/deal.js';
import { reportSources, type NamedReport, type SourceReportRequest } from './reports/report-sources.js';
import { reconcileCalls, type ReconcileReport } from './calls/recovery/reconcile-calls.js';
import { callingStopped, resumeCalling, stopCalling, type StopReport } from './calls/orders/stop-calling.js';
import { addConnection, type NewConnection } from './connections/add-connection.js';
import { findConnection } from './connections/find-connection.js';
import { setConnection, type ConnectionChange } from './connections/set-connection.js';
import { addForm, type NewForm } from './connections/add-form.js';
import { setForm, type FormChange } from './connections/set-form.js';
import type { AppContext } from './context.js';
import type { AppConfig, TelephonySet } from './config.js';
import {
  importDoNotCall,
  removeDoNotCall,
  type ImportReport,
  type ImportTerms,
  type NewDoNotCall,
} from './gate/do-not-call.js';
import { rehearseLead, type Rehearsal, type RehearsalRing } from './leads/rehearse-lead.js';
import { erasePerson, exportPerson, type ErasedPerson, type StoredPerson } from './people/person.js';
import { refuseLead, releaseLead } from './gate/quarantine.js';
import type { PushRequest, TakenLead, TakenPush, Withdrawal } from './leads/taken-lead.js';
import { takeLead } from './leads/take-lead.js';
import { receiveText, takeText, type ReceivedText, type TextMessage } from './leads/receive-text.js';
import { takePush } from './leads/take-push.js';
import { keepSession, type Kept, type SignOfLife } from './visitors/keep-session.js';
import { countVisit, openSession, type OpenedSession, type SessionReport } from './visitors/open-session.js';
import { withdrawLead } from './leads/withdraw-lead.js';
import { NumberBook } from './numbers/number-book.js';
import { explainShow, type ShowExplanation, type ShowQuestion } from './numbers/explain-show.js';
import { importNumbers, type NumberImport } from './numbers/import-numbers.js';
import type { NumberCells } from '../domain/numbers/number-rows.js';
import { learnCallRates, type LearnedRates } from './numbers/learn-rates.js';
import { showNumber, type ShowRequest, type Shown } from './numbers/show-number.js';
import { touchLease, type LeaseState, type LeaseTouch } from './numbers/touch-lease.js';
import type { OperatorState } from '../domain/routing/operator-state.js';
import { callLead } from './leads/call-lead.js';
import { importLeads, type LeadImport, type RowResult } from './leads/import-leads.js';
import { listOperators, type ListedOperator } from './operators/list-operators.js';
import { setDuty, type DutyChange } from './operators/set-duty.js';
import { tellPhone } from './operators/phone-presence.js';
import type { LeadTally } from '../domain/leads/lead-tally.js';
import type { TallyRequest } from './ports/lead-tallies.js';
import { removeSecret, setSecret } from './secrets/set-secret.js';
import { tiktokCases, type TikTokCases } from './tiktok/cases.js';
import type { Ports } from './ports/ports.js';
import type { Registered, SwitchHandlers, SwitchServer, TrunkState } from './ports/switch.js';
import { QueueDesk } from './queues/queue-desk.js';
import { choreList, taskTable } from './task-table.js';
import type { Chore, TaskTable } from './tasks.js';
import {
  adoptTelephony,
  applyTelephony,
  telephonyOf,
  type HashedSet,
  type SetChange,
} from './telephony/apply-telephony.js';
import { drainServer, followDrained, type DrainChange } from './servers/drain-server.js';
import { SetBook } from './telephony/set-book.js';

export type { AppConfig, TelephonySet } from './config.js';

/** Versions of what PBX admins own. */
export interface TelephonyCases {
  /** For everybody outside a canary. */
  telephonySet(): TelephonySet;
  /** In force now: that for everybody, and a canary. */
  telephonySets(): readonly TelephonySet[];
  /** Without a version; a canary ends. */
  swapTelephony(set: TelephonySet): void;
  /** At start: what was in force when the program stopped, or the files when they were changed since. */
  adoptTelephony(files: HashedSet): Promise<SetVersion>;
  /** Stored first, then in force for new calls. */
  applyTelephony(set: HashedSet, change: SetChange): Promise<SetVersion>;
  /** A stored version, or the one before the newest. Throws Fault `not-found`. */
  telephonyOf(number?: number): Promise<{ readonly set: HashedSet; readonly version: SetVersion }>;
}

export interface App extends TelephonyCases, TikTokCases {
  /** Commits the lead before it answers. Throws Fault `store-unavailable`; `not-found` for an unknown form or connection. */
  takeLead(draft: LeadDraft): Promise<TakenLead>;
  /** Stores the raw push, then each entry. Throws Fault `body-malformed`, `not-found`, `field-invalid` (not a push), `store-unavailable`. */
  takePush(request: PushRequest): Promise<TakenPush>;
  /** A file of earlier leads, row by row. Throws Fault `not-found`, `store-unavailable`. */
  importLeads(request: LeadImport): Promise<readonly RowResult[]>;
  /** A text that an SMS gateway pushed. Throws Fault `store-unavailable`. */
  takeText(message: TextMessage): Promise<ReceivedText>;
  /** Throws Fault `not-found`. */
  withdrawLead(leadId: LeadId, by: string): Promise<Withdrawal>;

  /** Out of quarantine, judged as if it came now. Throws Fault `not-found`, `conflict`. */
  releaseLead(leadId: LeadId, by: string): Promise<TakenLead>;
  /** Throws Fault `not-found`, `conflict`. */
  refuseLead(leadId: LeadId): Promise<TakenLead>;
  /** Ends what waits for these phones. Rows that cannot be read are told, the others are listed. */
  importDoNotCall(rows: readonly NewDoNotCall[], terms: ImportTerms): Promise<ImportReport>;
  /** Throws Fault `field-invalid`, `not-found`. */
  removeDoNotCall(phone: string, terms: ImportTerms): Promise<E164>;
  /** A page of a site was opened. Throws Fault `store-unavailable`: the page keeps its own number. */
  openSession(report: SessionReport): Promise<OpenedSession>;
  /** A visit that was turned away before anything was stored. */
  countRefusedVisit(project: Pick<Project, 'name'>): void;
  /** Throws Fault `store-unavailable`. */
  keepSession(sign: SignOfLife): Promise<Kept>;

  startCall(request: ClickToCall): Promise<StartedCall>;
  /** Throws Fault `not-found`. */
  /** Rings the operator, who says the prompt. */
  recordPrompt(wish: PromptRecording): Promise<RecordAnswer>;
  commandCall(callId: CallId, by: string, command: CallCommand): Promise<CommandOutcome>;
  /** Throws Fault `not-found` (call), `field-invalid` (operator). */
  superviseCall(request: SupervisionRequest): Promise<SupervisionOutcome>;
  /** What would become of this lead, stored nowhere; `operators`: their phones ring and hear it, no client is called. */
  rehearseLead(draft: LeadDraft, ring: RehearsalRing): Promise<Rehearsal>;
  /** Everything stored about a phone. Throws Fault `field-invalid`. */
  exportPerson(phone: string): Promise<StoredPerson>;
  /** Throws Fault `field-invalid`, `conflict` (a call goes on). */
  erasePerson(phone: string, by: string): Promise<ErasedPerson>;
  /** Throws Fault `not-found`. */
  annotateCall(callId: CallId, annotation: CallAnnotation, by: string): Promise<CallRecord>;
  trunkStates(): readonly TrunkState[];
  switchServers(): readonly SwitchServer[];
  /** Throws Fault `not-found`. */
  drainServer(change: DrainChange): Promise<SwitchServer>;
  /** Calls own numbers through a trunk; one after another. */
  auditNumbers(request: AuditRequest): Promise<readonly AuditedNumber[]>;
  auditOwnNumbers(): Promise<AuditTotals | 'held' | 'off'>;
  /** Newest first; of this process. */
  rejections(limit: number): readonly Rejection[];
  /** Which trunk would carry a number now, and why. */
  explainRoute(request: RouteRequest): Promise<RouteDecision>;
  /** Phones that are registered now. */
  registrations(): readonly Registered[];
  /** Calls this process owns. */
  liveCalls(): readonly LiveCall[];

  /** Throws Fault `not-found`. */
  setDuty(change: DutyChange): Promise<OperatorState>;
  listOperators(): Promise<readonly ListedOperator[]>;
  /** Throws Fault `not-found`, `conflict` when the lead does not wait. */
  callLead(id: LeadId, wish: { readonly operator?: string | undefined }): Promise<void>;

  /** Emergency stop: ringing calls are hung up, no new ones start until lifted. Survives restarts. */
  stopCalling(by: string): Promise<StopReport>;
  resumeCalling(by: string): Promise<void>;
  callingStopped(): Promise<'stopped' | 'calling'>;

  /** Throws Fault `conflict` when the name is taken, `template-invalid`. */
  addConnection(connection: NewConnection): Promise<Connection>;
  /** Throws Fault `not-found`, `template-invalid`. */
  setConnection(id: ConnectionId, change: ConnectionChange): Promise<Connection>;
  listConnections(): Promise<readonly Connection[]>;
  /** By id, else by name within the kinds: what stands in a hook's URL. */
  findConnection(kinds: readonly ConnectionKind[], idOrName: string): Promise<Connection | undefined>;
  listForms(connectionId?: ConnectionId): Promise<readonly Form[]>;
  /** Throws Fault `not-found` (connection), `conflict`, `template-invalid`, `field-invalid`. */
  addForm(form: NewForm): Promise<Form>;
  /** Throws Fault `not-found`, `template-invalid`, `field-invalid` (unknown group, policy or field name). */
  setForm(id: FormId, change: FormChange): Promise<Form>;

  /** All rows or none; the answer says what is wrong with which. Throws Fault `store-unavailable`. */
  importNumbers(rows: readonly NumberCells[], mode: 'write' | 'dry-run'): Promise<NumberImport>;
  /** Throws Fault `not-found` (destination, call, lead, deal), `field-invalid` (event, secret). */
  testDestination(test: DestinationTest): Promise<TestedDestination>;
  /** To a webhook or destination. Throws Fault `not-found`, `conflict` (it waits already). */
  resendDelivery(endpoint: string, id: EventId): Promise<Delivery>;
  /** Throws Fault `field-invalid` (call, lead or project that there is not), `store-unavailable`. */
  takeDeal(report: DealReport): Promise<TakenDeal>;
  /** All of them, or none when one names what there is not. Throws Fault `store-unavailable`. */
  takeDeals(reports: readonly DealReport[]): Promise<DealImport>;
  /** What `store:NAME` refers to. Throws Fault `field-invalid`. */
  setSecret(name: string, value: string): Promise<void>;
  removeSecret(name: string): Promise<void>;
  /** Most leads first. */
  tallyLeads(request: TallyRequest): Promise<readonly LeadTally[]>;
  /** Throws Fault `not-found`, `field-invalid` (which project? too much at once). */
  reportSources(request: SourceReportRequest): Promise<NamedReport>;
  /** Counts for seconds: not for a process with calls. Throws Fault `store-unavailable`. */
  learnCallRates(project: string): Promise<LearnedRates>;
  /** Throws Fault `not-found`, `field-invalid` (which project?). */
  explainShow(question: ShowQuestion): Promise<ShowExplanation>;
  /** Throws Fault `store-unavailable`: the page keeps its own number. */
  showNumber(request: ShowRequest): Promise<Shown>;
  /** Throws Fault `store-unavailable`. */
  touchLease(touch: LeaseTouch): Promise<readonly LeaseState[]>;

  /** Handlers of the job runner, by task name. */
  readonly tasks: TaskTable;
  /** Periodic housekeeping for the job runner. */
  readonly chores: readonly Chore[];

  /** Listens to the switch and reconciles the calls a dead process left. */
  start(): Promise<ReconcileReport>;
  reconcile(): Promise<ReconcileReport>;
  /** No new calls; resolves when none is left, or when the time was up and the rest was hung up or left. */
  drain(options: DrainOptions): Promise<DrainReport>;
}

export function createApp(ports: Ports, config: AppConfig): App {
  const book = new SetBook(config);
  const context: AppContext = {
    ports,
    config,
    calls: new CallRegistry(),
    numbers: new NumberBook(ports),
    set: (caller) => withContacts(book.for(caller), ports.switch.registrations()),
    traces: new TraceBook(ports, config.keepSignallingDays > 0 ? 'messages' : 'nothing'),
    rejections: new RejectionRing(),
    audits: new AuditDesk(),
    standby: new StandbyDesk(() => context),
    queues: new QueueDesk(() => context),
  };
  const reconcile = oneAtATime(() => reconcileCalls(context));
  return {
    ...boundUseCases(context),
    ...telephonyCases(context, book),
    ...tiktokCases(context),
    tasks: taskTable(context),
    chores: choreList(context, reconcile),
    async start() {
      ports.switch.listen(handlersOf(context, reconcile));
      await followDrained(context);
      await context.numbers.warm();
      return reconcile();
    },
    reconcile,
    async drain(options) {
      const report = await drainCalls(context, options);
      await context.traces.flush();
      const lost = await context.standby.settle();
      if (lost > 0)
        ports.logger.error({ calls: lost }, 'records of calls are lost: the store did not return');
      return report;
    },
  };
}

function telephonyCases(context: AppContext, book: SetBook): TelephonyCases {
  return {
    telephonySet: () => book.for(),
    telephonySets: () => book.all(),
    swapTelephony: (next) => book.swap(next),
    adoptTelephony: (files) => adoptTelephony(context, book, files),
    applyTelephony: (set, change) => applyTelephony(context, book, set, change),
    telephonyOf: (number) => telephonyOf(context, number),
  };
}

function reportCases(context: AppContext): Pick<App, 'tallyLeads' | 'reportSources' | 'learnCallRates'> {
  return {
    tallyLeads: (request) => context.ports.store.leadTallies.count(request),
    reportSources: (request) => reportSources(context, request),
    learnCallRates: (project) => learnCallRates(context, project),
  };
}

function boundUseCases(
  context: AppContext,
): Omit<App, keyof Lifecycle | keyof TelephonyCases | keyof TikTokCases> {
  const { store } = context.ports;
  return {
    ...reportCases(context),
    takeLead: (draft) => takeLead(context, draft),
    takePush: (request) => takePush(context, request),
    importLeads: (request) => importLeads(context, request),
    takeText: (message) => takeText(context, message),
    withdrawLead: (leadId, by) => withdrawLead(context, leadId, by),
    releaseLead: (leadId, by) => releaseLead(context, leadId, by),
    refuseLead: (leadId) => refuseLead(context, leadId),
    importDoNotCall: (rows, terms) => importDoNotCall(context, rows, terms),
    removeDoNotCall: (phone, terms) => removeDoNotCall(context, phone, terms),
    openSession: (report) => openSession(context, report),
    countRefusedVisit: (project) => countVisit(context, project, 'refused'),
    keepSession: (sign) => keepSession(context, sign),
    startCall: (request) => clickToCall(context, request),
    recordPrompt: (wish) => recordPrompt(context, wish),
    commandCall: (callId, by, command) => commandCall(context, callId, by, command),
    superviseCall: (request) => superviseCall(context, request),
    rehearseLead: (draft, ring) => rehearseLead(context, draft, ring),
    exportPerson: (phone) => exportPerson(context, phone),
    erasePerson: (phone, by) => erasePerson(context, phone, by),
    annotateCall: (callId, annotation, by) => annotateCall(context, callId, annotation, by),
    auditNumbers: (request) => auditNumbers(context, request),
    auditOwnNumbers: () => auditOwnNumbers(context),
    rejections: (limit) => context.rejections.latest(limit),
    trunkStates: () => context.ports.switch.trunks(),
    switchServers: () => context.ports.switch.servers(),
    drainServer: (change) => drainServer(context, change),
    explainRoute: (request) => explainRoute(context, request),
    registrations: () => context.ports.switch.registrations(),
    liveCalls: () => context.calls.all().map((call) => call.describe()),
    setDuty: (change) => setDuty(context, change),
    listOperators: () => listOperators(context),
    callLead: (id, wish) => callLead(context, id, wish),
    stopCalling: (by) => stopCalling(context, by),
    resumeCalling: (by) => resumeCalling(context, by),
    callingStopped: () => callingStopped(context),
    addConnection: (connection) => addConnection(context, connection),
    setConnection: (id, change) => setConnection(context, id, change),
    listConnections: () => store.connections.list(),
    findConnection: (kinds, idOrName) => findConnection(context, kinds, idOrName),
    listForms: (connectionId) => store.forms.list(connectionId),
    addForm: (form) => addForm(context, form),
    setForm: (id, change) => setForm(context, id, change),
    importNumbers: (rows, mode) => importNumbers(context, rows, mode),
    testDestination: (test) => testDestination(context, test),
    resendDelivery: (endpoint, id) => resendDelivery(context, endpoint, id),
    takeDeal: (report) => takeDeal(context, report),
    takeDeals: (reports) => takeDeals(context, reports),
    setSecret: (name, value) => setSecret(context, name, value),
    removeSecret: (name) => removeSecret(context, name),
    explainShow: (question) => explainShow(context, question),
    showNumber: (request) => showNumber(context, request),
    touchLease: (touch) => touchLease(context, touch),
  };
}

type Lifecycle = Pick<App, 'tasks' | 'chores' | 'start' | 'reconcile' | 'drain'>;

function handlersOf(context: AppContext, reconcile: () => Promise<unknown>): SwitchHandlers {
  const { logger } = context.ports;
  return {
    inbound: (call) => receiveCall(context, call),
    text: (text) => receiveText(context, text),
    attempted: (attempt) => context.traces.attempt(attempt),
    traced: (message) => context.traces.trace(message),
    measured: (quality) => context.traces.measured(quality),
    rejected: (rejection) => context.rejections.add(rejection),
    lost(what, node) {
      logger.warn({ what, node }, 'a server of the switch is lost');
      // Its dialogs are told of no more: talks are adopted when it is back, the rest is ended.
      if (what === 'signalling')
        for (const call of context.calls.all()) if (call.isOn(node)) call.abandon('its signalling was lost');
    },
    phone: (registered, change) => tellPhone(context, registered, change),
    regained(what, node) {
      // The server tells their ends only to a connection that has asked for them: they are adopted anew.
      if (what === 'signalling')
        for (const call of context.calls.all())
          if (call.isOn(node) && call.describe().adoptedAt !== undefined) call.abandon('signalling is back');
      reconcile().catch((thrown: unknown) =>
        logger.error({ why: messageOf(thrown) }, 'calls were not reconciled'),
      );
    },
  };
}

/** Two reconciles at once would both adopt the same talk: the second waits for the first. */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}
