/** The page: leads and calls on the left, the chosen one on the right; on a narrow screen one after the other. */
import { Anchor, AppShell, Skeleton, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, ApiError, apiKey } from './api.js';
import { CallView } from './call-view.js';
import { addressOf, isList, TABS, useChoice, type Choice, type ListTab, type Tab } from './choice.js';
import { ConnectionsPage } from './connections-page.js';
import { Header } from './header.js';
import { LeadView } from './lead-view.js';
import { CallList, LeadList } from './lists.js';
import { useLiveEvents, type Liveness } from './live.js';
import { Hint } from './parts.js';
import { SignIn } from './sign-in.js';
import { LivePage } from './live-page.js';
import { SpeedPage } from './speed-page.js';
import { SourcesPage } from './sources-page.js';

const TAB_NAMES: Readonly<Record<Tab, string>> = {
  leads: 'Leads',
  calls: 'Calls',
  live: 'Live',
  speed: 'Speed',
  sources: 'Sources',
  connections: 'Connections',
  phone: 'Phone',
};
const HINTS: Readonly<Record<ListTab, string>> = { leads: 'Choose a lead', calls: 'Choose a call' };
const LISTED = { leads: LeadList, calls: CallList } as const;
/** With its SIP library; the other pages do without. */
const PhonePage = lazy(async () => ({ default: (await import('./softphone/phone-page.js')).PhonePage }));
const PhoneDock = lazy(async () => ({ default: (await import('./softphone/phone-dock.js')).PhoneDock }));
const PAGES = {
  live: LivePage,
  speed: SpeedPage,
  sources: SourcesPage,
  connections: ConnectionsPage,
  phone: PhonePage,
} as const;

function Chosen({ tab, id }: { tab: ListTab; id: string | undefined }) {
  if (id === undefined)
    return (
      <Hint title={HINTS[tab]}>
        Its timeline, the words spoken and the recording stand here. The page follows what happens by itself.
      </Hint>
    );
  return tab === 'leads' ? <LeadView key={id} id={id} /> : <CallView key={id} id={id} />;
}

function TabRow() {
  return (
    <Tabs.List mb="sm">
      {TABS.map((name) => (
        <Tabs.Tab key={name} value={name}>
          {TAB_NAMES[name]}
        </Tabs.Tab>
      ))}
    </Tabs.List>
  );
}

/** A list beside the chosen record, or a page of its own over the whole width. */
function Panel({ tab, id }: Choice) {
  if (!isList(tab)) {
    const Page = PAGES[tab];
    return (
      <div className="page">
        <TabRow />
        <Tabs.Panel value={tab}>
          <Suspense fallback={<Skeleton h={420} radius="md" aria-label="Loading" />}>
            <Page />
          </Suspense>
        </Tabs.Panel>
      </div>
    );
  }
  const List = LISTED[tab];
  return (
    <div className="workspace" data-open={id === undefined ? 'list' : 'view'}>
      <div className="workspace-list">
        <TabRow />
        <Tabs.Panel value={tab}>
          <List chosen={id} />
        </Tabs.Panel>
      </div>
      <div className="workspace-view">
        <Anchor className="workspace-back" href={addressOf({ tab, id: undefined })}>
          ‹ All {tab}
        </Anchor>
        <Chosen tab={tab} id={id} />
      </div>
    </div>
  );
}

function Workspace({ liveness }: { liveness: Liveness }) {
  const [choice, setChoice] = useChoice();
  const isPhone = choice.tab === 'phone';
  // A phone that was opened once goes on ringing on the other pages.
  const [hasPhone, setHasPhone] = useState(isPhone);
  if (isPhone && !hasPhone) setHasPhone(true);
  const open = (next: string | null): void =>
    setChoice({ tab: TABS.find((known) => known === next) ?? 'leads', id: undefined });
  return (
    <AppShell header={{ height: 56 }}>
      <AppShell.Header>
        <Header liveness={liveness} />
      </AppShell.Header>
      <AppShell.Main>
        <Tabs value={choice.tab} onChange={open} keepMounted={false}>
          <Panel {...choice} />
        </Tabs>
        {hasPhone && !isPhone && (
          <Suspense fallback={null}>
            <PhoneDock />
          </Suspense>
        )}
      </AppShell.Main>
    </AppShell>
  );
}

const isLocked = (error: Error | null): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403);

export function App() {
  const { error, isPending, failureCount, refetch } = useQuery({
    queryKey: ['allowed'],
    queryFn: api.isAllowed,
  });
  const locked = isLocked(error);
  const liveness = useLiveEvents(!isPending && !locked);
  // Whether the page is locked is known in a moment; a server in trouble is shown as such meanwhile.
  if (isPending && failureCount === 0) return null;
  if (!locked) return <Workspace liveness={liveness} />;
  const refused = apiKey.get() === null ? undefined : error?.message;
  return <SignIn refused={refused} onDone={() => void refetch()} />;
}
