/** Providers and routes. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, type ReactElement } from "react";
import { Route, Switch } from "wouter";

import { ApiProblem } from "./api/client";
import { useWorkspace } from "./api/queries";
import { CategoryPage } from "./pages/category/Page";
import { MapPage } from "./pages/map/Page";
import { EmptyWorkspace, PageSkeleton, ProblemState } from "./parts/States";
import { Shell } from "./shell/Shell";
import { useView } from "./state/useView";
import { cssVariablesResolver, theme } from "./theme/theme";

const ExplainDrawer = lazy(() => import("./pages/explain/Drawer"));
const EvidencePage = lazy(() => import("./pages/evidence/Page"));
const OptimizePage = lazy(() => import("./pages/optimize/Page"));
const ExplainPage = lazy(() => import("./pages/explain/Page"));

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
  const { view } = useView();
  return (
    <Shell workspace={workspace}>
      {error ? (
        <ProblemState level={1} error={error} onRetry={() => void refetch()} />
      ) : workspace === undefined ? (
        <PageSkeleton />
      ) : workspace.is_empty ? (
        <EmptyWorkspace name={workspace.name} />
      ) : (
        <Suspense fallback={<PageSkeleton />}>
          <Switch>
            <Route path="/"><MapPage workspace={workspace} /></Route>
            <Route path="/categories/:id">{({ id }) => <CategoryPage id={id} workspace={workspace} />}</Route>
            <Route path="/optimize"><OptimizePage /></Route>
            <Route path="/evidence"><EvidencePage tab="readiness" workspace={workspace} /></Route>
            <Route path="/evidence/:tab">{({ tab }) => <EvidencePage tab={tab} workspace={workspace} />}</Route>
            <Route path="/explain"><ExplainPage workspace={workspace} /></Route>
            <Route><ProblemState level={1} error={new ApiProblem({ type: "about:blank", title: "No such page", status: 404, detail: "Nothing lives at this address.", next_step: "Open the map." })} /></Route>
          </Switch>
          {view.explain ? <Suspense fallback={null}><ExplainDrawer workspace={workspace} explained={view.explain} /></Suspense> : null}
        </Suspense>
      )}
    </Shell>
  );
}
