/** Providers and routes. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, type ReactElement } from "react";
import { Redirect, Route, Switch } from "wouter";

import { ApiProblem } from "./api/client";
import { useWorkspace } from "./api/queries";
import { CategoryPage } from "./pages/category/Page";
import { FindingsPage } from "./pages/findings/Page";
import { MapPage } from "./pages/map/Page";
import { OverviewPage } from "./pages/overview/Page";
import { ScenariosPage } from "./pages/scenarios/Page";
import { EmptyWorkspace, PageSkeleton, ProblemState } from "./parts/States";
import { Shell } from "./shell/Shell";
import { useView } from "./state/useView";
import { cssVariablesResolver, theme } from "./theme/theme";

const UseCasesPage = lazy(() => import("./pages/use-cases/List"));
const CardPage = lazy(() => import("./pages/use-cases/Card"));
const ExplainDrawer = lazy(() => import("./pages/explain/Drawer"));
const VendorsPage = lazy(() => import("./pages/vendors/Page"));
const VendorPage = lazy(() => import("./pages/vendors/Vendor"));
const EconomicsPage = lazy(() => import("./pages/economics/Page"));
const EvidencePage = lazy(() => import("./pages/evidence/Page"));
const OptimizePage = lazy(() => import("./pages/optimize/Page"));
const IndirectPage = lazy(() => import("./pages/indirect/Page"));
const ExplainPage = lazy(() => import("./pages/explain/Page"));

/** Pages that show the register and what the review saw of it, which there may be before any figure. */
const NEEDS_NO_MONEY = /^\/(use-cases|vendors|findings|evidence$)/;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // A problem the server explains stays one; only silence and its own failures are worth asking again.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiProblem && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
});

export function App(): ReactElement {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Pages />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Pages(): ReactElement {
  const { data: workspace, error, refetch } = useWorkspace();
  const { view, path, href } = useView();
  return (
    <Shell workspace={workspace}>
      {error ? (
        <ProblemState level={1} error={error} onRetry={() => void refetch()} />
      ) : workspace === undefined ? (
        <PageSkeleton />
      ) : workspace.is_empty && !NEEDS_NO_MONEY.test(path) ? (
        <EmptyWorkspace name={workspace.name} />
      ) : (
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path="/">{isOldMapAddress() ? <Redirect to={href({}, "/map")} replace /> : <OverviewPage workspace={workspace} />}</Route>
            <Route path="/map"><MapPage workspace={workspace} /></Route>
            <Route path="/findings"><FindingsPage /></Route>
            <Route path="/scenarios"><ScenariosPage workspace={workspace} /></Route>
            <Route path="/categories/:id">{({ id }) => <CategoryPage id={id} workspace={workspace} />}</Route>
            <Route path="/vendors"><VendorsPage workspace={workspace} /></Route>
            <Route path="/vendors/:id">{({ id }) => <VendorPage id={decodeURIComponent(id)} />}</Route>
            <Route path="/economics"><EconomicsPage /></Route>
            <Route path="/use-cases"><UseCasesPage /></Route>
            <Route path="/use-cases/:id">{({ id }) => <CardPage key={id} id={decodeURIComponent(id)} />}</Route>
            <Route path="/indirect"><IndirectPage /></Route>
            <Route path="/optimize"><OptimizePage /></Route>
            <Route path="/evidence"><EvidencePage tab="readiness" workspace={workspace} /></Route>
            <Route path="/evidence/:tab">{({ tab }) => <EvidencePage tab={tab} workspace={workspace} />}</Route>
            <Route path="/explain"><ExplainPage workspace={workspace} /></Route>
            <Route><ProblemState level={1} error={new ApiProblem({ type: "about:blank", title: "No such page", status: 404, detail: "Nothing lives at this address.", next_step: "Open the overview." })} /></Route>
          </Switch>
          {view.explain ? <Suspense fallback={null}><ExplainDrawer workspace={workspace} explained={view.explain} /></Suspense> : null}
        </Suspense>
      )}
    </Shell>
  );
}

/** The map used to live at the root: an address that asks for one of its pictures still means the map. */
function isOldMapAddress(): boolean {
  const query = new URLSearchParams(window.location.search);
  return query.has("picture") || query.has("table");
}
