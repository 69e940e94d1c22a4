/** The page: leads and calls on the left, the chosen one on the right; on a narrow screen one after the other. */
import { Anchor, AppShell, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, ApiError, apiKey } from './api.js';
import { CallView } from './call-view.js';
import { addressOf, TABS, useChoice, type Choice } from './choice.js';
import { Header } from './header.js';
import { LeadView } from './lead-view.js';
import { CallList, LeadList } from './lists.js';
import { useLiveEvents, type Liveness } from './live.js';
import { Hint } from './parts.js';
import { SignIn } from './sign-in.js';

const TAB_NAMES = { leads: 'Leads', calls: 'Calls' } as const;

function Chosen({ tab, id }: Choice) {
  if (id === undefined)
    return (
      <Hint title={tab === 'leads' ? 'Choose a lead' : 'Choose a call'}>
        Its timeline, the words spoken and the recording stand here. The page follows what happens by itself.
      </Hint>
    );
  return tab === 'leads' ? <LeadView key={id} id={id} /> : <CallView key={id} id={id} />;
}

function Workspace({ liveness }: { liveness: Liveness }) {
  const [choice, setChoice] = useChoice();
  const { tab, id } = choice;
  return (
    <AppShell header={{ height: 56 }}>
      <AppShell.Header>
        <Header liveness={liveness} />
      </AppShell.Header>
      <AppShell.Main>
        <div className="workspace" data-open={id === undefined ? 'list' : 'view'}>
          <div className="workspace-list">
            <Tabs
              value={tab}
              onChange={(next) =>
                setChoice({ tab: TABS.find((known) => known === next) ?? 'leads', id: undefined })
              }
              keepMounted={false}
            >
              <Tabs.List mb="sm">
                {TABS.map((name) => (
                  <Tabs.Tab key={name} value={name}>
                    {TAB_NAMES[name]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="leads">
                <LeadList chosen={id} />
              </Tabs.Panel>
              <Tabs.Panel value="calls">
                <CallList chosen={id} />
              </Tabs.Panel>
            </Tabs>
          </div>
          <div className="workspace-view">
            <Anchor className="workspace-back" href={addressOf({ tab, id: undefined })}>
              ‹ All {tab}
            </Anchor>
            <Chosen {...choice} />
          </div>
        </div>
      </AppShell.Main>
    </AppShell>
  );
}

const isLocked = (error: Error | null): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403);

export function App() {
  const { error, isPending, failureCount, refetch } = useQuery({ queryKey: ['leads'], queryFn: api.leads });
  const locked = isLocked(error);
  const liveness = useLiveEvents(!isPending && !locked);
  // Whether the page is locked is known in a moment; a server in trouble is shown as such meanwhile.
  if (isPending && failureCount === 0) return null;
  if (!locked) return <Workspace liveness={liveness} />;
  const refused = apiKey.get() === null ? undefined : error?.message;
  return <SignIn refused={refused} onDone={() => void refetch()} />;
}
